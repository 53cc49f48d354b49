namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>Endpoints by service and service port.</summary>
public sealed class EndpointIndex(
    IReadOnlyDictionary<(string Host, string Namespace, int Port), ValueList<ServiceEndpoint>> endpoints)
{
    public static readonly EndpointIndex Empty = new(new Dictionary<(string, string, int), ValueList<ServiceEndpoint>>());

    public ValueList<ServiceEndpoint> Of(MeshService service, int port) => Of((service.Host, service.Namespace, port));

    /// <summary>Whether an address is behind some port of a service.</summary>
    public bool HasAddress(MeshService service, string address) =>
        service.Ports.Any(port => Of(service, port.Number).Any(endpoint => endpoint.Address == address));

    /// <summary>Every address that some service has.</summary>
    internal IEnumerable<string> Addresses => endpoints.Values.SelectMany(each => each.Select(endpoint => endpoint.Address));

    /// <summary>Hosts whose endpoints are not the same in both.</summary>
    public IEnumerable<string> ChangedSince(EndpointIndex earlier) =>
        endpoints.Keys.Where(key => !Of(key).Equals(earlier.Of(key)))
            .Concat(earlier.Keys.Where(key => !endpoints.ContainsKey(key)))
            .Select(key => key.Host)
            .Distinct(StringComparer.Ordinal);

    private IEnumerable<(string Host, string Namespace, int Port)> Keys => endpoints.Keys;

    private ValueList<ServiceEndpoint> Of((string Host, string Namespace, int Port) key) =>
        endpoints.TryGetValue(key, out ValueList<ServiceEndpoint>? found) ? found : ValueList<ServiceEndpoint>.Empty;
}
