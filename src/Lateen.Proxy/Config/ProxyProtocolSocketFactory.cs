namespace Lateen.Proxy.Config;

using System.Collections.Frozen;

/// <summary>Begins each upstream connection with a PROXY protocol header that names the client; then another socket carries on.</summary>
public sealed class ProxyProtocolSocketFactory(TransportSocketFactory inner, int version, byte[]? tlvs = null) : TransportSocketFactory
{
    public override string Name => "envoy.transport_sockets.upstream_proxy_protocol";

    public TransportSocketFactory Inner => inner;

    /// <summary>1 or 2.</summary>
    public int Version => version;

    /// <summary>What version 2 carries besides the addresses, in its form on the wire.</summary>
    public ReadOnlySpan<byte> Tlvs => tlvs;

    public override IReadOnlyList<string> SecretNames => inner.SecretNames;

    public override bool IsReady => inner.IsReady;

    public override void Update(FrozenDictionary<string, SecretConfig> secrets) => inner.Update(secrets);

    /// <summary>Alike when what they carry is: a repeated configuration keeps its connections.</summary>
    public override bool Equals(object? obj) =>
        obj is ProxyProtocolSocketFactory other && other.Version == version && other.Inner.Equals(inner) && other.Tlvs.SequenceEqual(Tlvs);

    public override int GetHashCode() => HashCode.Combine(inner, version);
}
