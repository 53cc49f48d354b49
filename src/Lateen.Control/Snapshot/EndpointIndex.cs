namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>Endpoints by service host and service port.</summary>
public sealed class EndpointIndex(IReadOnlyDictionary<(string Host, int Port), ValueList<ServiceEndpoint>> endpoints)
{
    public static readonly EndpointIndex Empty = new(new Dictionary<(string, int), ValueList<ServiceEndpoint>>());

    public ValueList<ServiceEndpoint> Of(string host, int port) =>
        endpoints.TryGetValue((host, port), out ValueList<ServiceEndpoint>? found) ? found : ValueList<ServiceEndpoint>.Empty;

    /// <summary>Every address that some service has.</summary>
    internal IEnumerable<string> Addresses => endpoints.Values.SelectMany(each => each.Select(endpoint => endpoint.Address));

    /// <summary>Hosts whose endpoints are not the same in both.</summary>
    public IEnumerable<string> ChangedSince(EndpointIndex earlier) =>
        endpoints.Keys.Where(key => !Of(key.Host, key.Port).Equals(earlier.Of(key.Host, key.Port)))
            .Concat(earlier.Keys.Where(key => !endpoints.ContainsKey(key)))
            .Select(key => key.Host)
            .Distinct(StringComparer.Ordinal);

    private IEnumerable<(string Host, int Port)> Keys => endpoints.Keys;
}
