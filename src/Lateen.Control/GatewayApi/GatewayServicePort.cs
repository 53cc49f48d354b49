namespace Lateen.Control.GatewayApi;

/// <summary>A port of a gateway's Service; the pods listen on the same number.</summary>
public sealed record GatewayServicePort(string Name, int Number, string AppProtocol);
