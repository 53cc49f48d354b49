namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>All services, by host and in host order.</summary>
public sealed class ServiceIndex
{
    public static readonly ServiceIndex Empty = new([]);

    private readonly Dictionary<string, MeshService> byHost;
    private readonly ILookup<string, MeshService> byNamespace;
    private readonly ILookup<int, MeshService> byHttpPort;

    public ServiceIndex(IEnumerable<MeshService> services)
    {
        All = services.OrderBy(service => service.Host, StringComparer.Ordinal).ToValueList();
        byHost = All.GroupBy(service => service.Host, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        byNamespace = All.ToLookup(service => service.Namespace, StringComparer.Ordinal);
        byHttpPort = All
            .SelectMany(service => service.Ports.Where(port => port.Protocol.IsHttp()), (service, port) => (service, port.Number))
            .ToLookup(pair => pair.Number, pair => pair.service);
    }

    public ValueList<MeshService> All { get; }

    /// <summary>Ports on which at least one service speaks HTTP.</summary>
    public IEnumerable<int> HttpPorts => byHttpPort.Select(group => group.Key).Order();

    /// <summary>Of services with one host, that of a namespace if it has one, else the first.</summary>
    public static List<MeshService> OnePerHost(IReadOnlyList<MeshService> services, string ns) =>
        [.. services.GroupBy(each => each.Host, StringComparer.Ordinal)
            .Select(same => same.FirstOrDefault(each => each.Namespace == ns) ?? same.First())];

    public MeshService? Find(string host) => byHost.GetValueOrDefault(host);

    public IEnumerable<MeshService> InNamespace(string ns) => byNamespace[ns];

    public IEnumerable<MeshService> WithHttpPort(int port) => byHttpPort[port];
}
