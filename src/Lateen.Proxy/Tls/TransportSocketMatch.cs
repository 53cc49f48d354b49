namespace Lateen.Proxy.Tls;

using Lateen.Proxy.Config;

/// <summary>A transport socket for those hosts whose metadata has all these values; with none, for every host.</summary>
public sealed record TransportSocketMatch
{
    public required string Name { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Criteria { get; init; }

    public required TransportSocketFactory TransportSocket { get; init; }

    public bool Matches(HostConfig host)
    {
        for (int i = 0; i < Criteria.Count; i++)
        {
            if (!Has(host.TransportSocketMetadata, Criteria[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Has(IReadOnlyList<KeyValuePair<string, string>> metadata, in KeyValuePair<string, string> wanted)
    {
        for (int i = 0; i < metadata.Count; i++)
        {
            if (metadata[i].Key == wanted.Key)
            {
                return metadata[i].Value == wanted.Value;
            }
        }

        return false;
    }
}
