namespace Lateen.Proxy.Xds;

/// <summary>What a state-of-the-world client keeps over its streams: the version it accepted last, by type.</summary>
internal sealed class SotwVersions
{
    private readonly Dictionary<string, string> _accepted = new(StringComparer.Ordinal);

    public string Of(string typeUrl) => _accepted.GetValueOrDefault(typeUrl, "");

    public void Accept(string typeUrl, string version) => _accepted[typeUrl] = version;
}
