namespace Lateen.Control.Translation.Listeners;

using Lateen.Api.Names;

/// <summary>Everything the listener for one service address and port depends on.</summary>
/// <param name="Address">The service's virtual address.</param>
/// <param name="Port">The service port.</param>
/// <param name="Targets">Clusters with weights for what is not HTTP.</param>
/// <param name="HttpRoutes">Name of the route configuration when HTTP is detected; empty when the port is declared TCP.</param>
/// <param name="AccessLog">Where connections are logged.</param>
internal sealed record OutboundTcpListenerInputs(
    string Address, int Port, ValueList<WeightedTarget> Targets, string HttpRoutes, AccessLogSettings AccessLog);
