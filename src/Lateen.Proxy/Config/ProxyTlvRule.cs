namespace Lateen.Proxy.Config;

/// <summary>A value of the PROXY protocol's version 2 that is kept as metadata of the connection.</summary>
/// <param name="Type">The value's type, from 0 to 255.</param>
/// <param name="Namespace">In whose metadata.</param>
/// <param name="Key">By which name.</param>
public sealed record ProxyTlvRule(byte Type, string Namespace, string Key);
