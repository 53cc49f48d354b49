namespace Lateen.Proxy.Formatting;

using Lateen.Proxy.Http;

/// <summary>
/// %FILTER_STATE(downstream_peer:FIELD:workload):Z%: what metadata exchange told of the peer, by the names that Istio gives its fields.
/// </summary>
internal sealed class PeerOperator : FormatOperator
{
    private static readonly Dictionary<string, Func<PeerMetadata, string>> Fields = new(StringComparer.Ordinal)
    {
        ["name"] = static peer => peer.Name,
        ["namespace"] = static peer => peer.Namespace,
        ["workload"] = static peer => peer.WorkloadName,
        ["type"] = static peer => peer.WorkloadType,
        ["service"] = static peer => peer.CanonicalService,
        ["revision"] = static peer => peer.CanonicalRevision,
        ["app"] = static peer => peer.App,
        ["version"] = static peer => peer.Version,
        ["cluster"] = static peer => peer.Cluster,
        ["principal"] = static peer => peer.Principal,
    };

    private readonly bool _upstream;
    private readonly int _maxChars;
    private readonly Func<PeerMetadata, string> _field;

    /// <exception cref="FormatException">No such object or field is kept.</exception>
    public PeerOperator(string argument, int maxBytes)
    {
        string[] parts = argument.Split(':');
        if (parts is not ["upstream_peer" or "downstream_peer", "FIELD", _] || !Fields.TryGetValue(parts[2], out Func<PeerMetadata, string>? field))
        {
            throw new FormatException(
                $"%FILTER_STATE({argument})% is not supported; use downstream_peer:FIELD:NAME or upstream_peer:FIELD:NAME with one of "
                + string.Join(", ", Fields.Keys));
        }

        _upstream = parts[0][0] == 'u';
        _field = field;
        _maxChars = maxBytes;
    }

    public override bool TryWrite(FormatBuffer buffer, in FormatInput input)
    {
        PeerMetadata? peer = _upstream ? input.Info.UpstreamPeer : input.Info.DownstreamPeer;
        string value = peer is null ? "" : _field(peer);
        buffer.AppendPrintable(value.AsSpan(0, Math.Min(value.Length, _maxChars)));
        return value.Length > 0;
    }
}
