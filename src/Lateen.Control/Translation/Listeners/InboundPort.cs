namespace Lateen.Control.Translation.Listeners;

using Lateen.Control.Registry;

/// <summary>A port of the own workload that a service names.</summary>
internal sealed record InboundPort(
    int Number, ServiceProtocol Protocol, string Host, string ServiceName, string Namespace, int ServicePort);
