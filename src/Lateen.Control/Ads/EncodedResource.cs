namespace Lateen.Control.Ads;

using System.Security.Cryptography;
using Envoy.Config.Cluster.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

/// <summary>One xDS resource in wire form. Its version is a hash of its content, so what did not change is not sent.</summary>
/// <param name="Name">The name proxies subscribe by.</param>
/// <param name="Version">Hash of the content.</param>
/// <param name="Body">The message with its type URL.</param>
/// <param name="AwaitsEndpoints">True for a cluster that is of no use before its endpoints arrived (type EDS).</param>
public sealed record EncodedResource(string Name, string Version, Any Body, bool AwaitsEndpoints = false)
{
    public static EncodedResource Encode(string name, IMessage message)
    {
        Any body = Any.Pack(message);
        byte[] hash = SHA256.HashData(body.Value.Span);
        bool awaitsEndpoints = message is Cluster { Type: Cluster.Types.DiscoveryType.Eds };
        return new EncodedResource(name, Convert.ToHexStringLower(hash.AsSpan(0, 8)), body, awaitsEndpoints);
    }
}
