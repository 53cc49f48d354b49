namespace Lateen.Control.Translation.Grpc;

/// <summary>Everything the listener of a dial target depends on.</summary>
/// <param name="Target">"host:port" as the application wrote it.</param>
/// <param name="RouteName">The route configuration that the calls are routed by.</param>
internal sealed record GrpcListenerInputs(string Target, string RouteName);
