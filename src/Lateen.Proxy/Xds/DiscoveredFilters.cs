namespace Lateen.Proxy.Xds;

using Lateen.Proxy.Http;

/// <summary>The places of extension config discovery by name; they outlive the listeners that mention them.</summary>
internal sealed class DiscoveredFilters
{
    private readonly Dictionary<string, DiscoveredFilterSource> _byName = new(StringComparer.Ordinal);

    public DiscoveredFilterSource? Find(string name) => _byName.GetValueOrDefault(name);

    public DiscoveredFilterSource Get(string name)
    {
        if (!_byName.TryGetValue(name, out DiscoveredFilterSource? source))
        {
            source = new DiscoveredFilterSource(name);
            _byName.Add(name, source);
        }

        return source;
    }
}
