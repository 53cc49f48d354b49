namespace Lateen.Control.Translation.Listeners;

using Lateen.Api.Names;

/// <summary>Everything a listener for outgoing calls to one address and port depends on.</summary>
/// <param name="Address">A service's address, or 0.0.0.0 for all.</param>
/// <param name="Port">The port that the application calls.</param>
/// <param name="Opened">Whether the port is really opened, for applications whose calls are not redirected.</param>
/// <param name="HttpRoutes">Name of the route configuration for HTTP; empty when the port never carries it.</param>
/// <param name="Chains">Where other connections go.</param>
/// <param name="Rest">The cluster for what no chain takes; empty to close such connections.</param>
/// <param name="AccessLog">Where calls are logged.</param>
internal sealed record OutboundListenerInputs(
    string Address,
    int Port,
    bool Opened,
    string HttpRoutes,
    ValueList<StreamChain> Chains,
    string Rest,
    AccessLogSettings AccessLog)
{
    /// <summary>Some service is resolved by the name in each request, so the chain must wait for that.</summary>
    public bool ForwardsByName { get; init; }

    /// <summary>Browsers call gRPC services here (protocol GRPC-WEB).</summary>
    public bool GrpcWeb { get; init; }
}
