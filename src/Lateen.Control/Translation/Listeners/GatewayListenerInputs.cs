namespace Lateen.Control.Translation.Listeners;

using Lateen.Api.Names;

/// <summary>Everything a gateway's listener depends on.</summary>
/// <param name="Bind">Address to bind, 0.0.0.0 unless the server says otherwise.</param>
/// <param name="Port">The port the gateway's pod listens on.</param>
/// <param name="Routes">Name of the route configuration; empty for TCP and TLS.</param>
/// <param name="Chains">Where connections of TCP and TLS servers go.</param>
/// <param name="AccessLog">Where calls are logged.</param>
internal sealed record GatewayListenerInputs(
    string Bind, int Port, string Routes, ValueList<StreamChain> Chains, AccessLogSettings AccessLog)
{
    /// <summary>Some service is resolved by the name in each request, so the chain must wait for that.</summary>
    public bool ForwardsByName { get; init; }

    /// <summary>Browsers call gRPC services here (protocol GRPC-WEB).</summary>
    public bool GrpcWeb { get; init; }
}
