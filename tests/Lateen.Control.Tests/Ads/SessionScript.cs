namespace Lateen.Control.Tests.Ads;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Control.Ads;
using Lateen.Control.Snapshot;
using Lateen.Control.Tests.Translation;

/// <summary>A session, the resources it serves, and the words to talk to it as a proxy does.</summary>
internal sealed class SessionScript
{
    private readonly Dictionary<XdsType, Dictionary<string, EncodedResource>> resources =
        XdsTypes.PushOrder.ToDictionary(type => type, _ => new Dictionary<string, EncodedResource>());

    private long version;

    public SessionScript() =>
        Session = new AdsSession(MeshFiles.Sidecar("productpage"), "c1", MeshSnapshot.Empty, Source, Clock);

    public ManualClock Clock { get; } = new();

    public AdsSession Session { get; }

    public SessionScript Cluster(string name, int timeoutSeconds = 1)
    {
        Cluster cluster = new()
        {
            Name = name,
            Type = Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds,
            ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(timeoutSeconds)),
        };
        resources[XdsType.Cluster][name] = EncodedResource.Encode(name, cluster);
        resources[XdsType.Endpoint].TryAdd(name, EncodedResource.Encode(name, new ClusterLoadAssignment { ClusterName = name }));
        return this;
    }

    public SessionScript Endpoints(string name, int priority)
    {
        ClusterLoadAssignment assignment = new() { ClusterName = name };
        assignment.Endpoints.Add(new LocalityLbEndpoints { Priority = (uint)priority });
        resources[XdsType.Endpoint][name] = EncodedResource.Encode(name, assignment);
        return this;
    }

    public SessionScript Listener(string name)
    {
        resources[XdsType.Listener][name] = EncodedResource.Encode(name, new Listener { Name = name });
        return this;
    }

    public SessionScript Route(string name, string cluster)
    {
        VirtualHost host = new() { Name = cluster, Domains = { "*" } };
        resources[XdsType.Route][name] =
            EncodedResource.Encode(name, new RouteConfiguration { Name = name, VirtualHosts = { host } });
        return this;
    }

    public SessionScript Without(XdsType type, string name)
    {
        resources[type].Remove(name);
        return this;
    }

    public string VersionOf(XdsType type, string name) => resources[type][name].Version;

    public IReadOnlyList<DeltaDiscoveryResponse> Subscribe(XdsType type, params string[] names)
    {
        DeltaDiscoveryRequest request = new() { TypeUrl = type.TypeUrl() };
        request.ResourceNamesSubscribe.AddRange(names);
        return Session.OnRequest(request);
    }

    /// <summary>The first request of a stream by a proxy that holds these versions already.</summary>
    public IReadOnlyList<DeltaDiscoveryResponse> Reconnect(XdsType type, params (string Name, string Version)[] held)
    {
        DeltaDiscoveryRequest request = new() { TypeUrl = type.TypeUrl() };
        foreach ((string name, string version) in held)
        {
            request.InitialResourceVersions[name] = version;
            if (type is XdsType.Endpoint or XdsType.Route)
            {
                request.ResourceNamesSubscribe.Add(name);
            }
        }

        return Session.OnRequest(request);
    }

    public IReadOnlyList<DeltaDiscoveryResponse> Ack(DeltaDiscoveryResponse response) =>
        Session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });

    public IReadOnlyList<DeltaDiscoveryResponse> Nack(DeltaDiscoveryResponse response, string reason) =>
        Session.OnRequest(new DeltaDiscoveryRequest
        {
            TypeUrl = response.TypeUrl,
            ResponseNonce = response.Nonce,
            ErrorDetail = new Google.Rpc.Status { Message = reason },
        });

    public IReadOnlyList<DeltaDiscoveryResponse> Push() => Session.OnPush(PushRequest.Everything(Next()));

    public IReadOnlyList<DeltaDiscoveryResponse> PushEndpoints(params string[] hosts) =>
        Session.OnPush(PushRequest.Endpoints(Next(), hosts));

    /// <summary>Subscribes to everything the scripted mesh has and acknowledges it.</summary>
    public SessionScript Settled()
    {
        foreach (XdsType type in new[] { XdsType.Cluster, XdsType.Listener })
        {
            AckAll(Subscribe(type));
        }

        AckAll(Subscribe(XdsType.Endpoint, [.. resources[XdsType.Endpoint].Keys]));
        AckAll(Subscribe(XdsType.Route, [.. resources[XdsType.Route].Keys]));
        return this;
    }

    /// <summary>Acknowledges responses, and those that follow from it, and says in which order they came.</summary>
    public List<string> AckAll(IReadOnlyList<DeltaDiscoveryResponse> responses)
    {
        List<string> order = [];
        Queue<DeltaDiscoveryResponse> open = new(responses);
        while (open.TryDequeue(out DeltaDiscoveryResponse? response))
        {
            order.Add(Describe(response));
            foreach (DeltaDiscoveryResponse next in Ack(response))
            {
                open.Enqueue(next);
            }
        }

        return order;
    }

    public static string Describe(DeltaDiscoveryResponse response)
    {
        Assert.True(XdsTypes.TryParse(response.TypeUrl, out XdsType type));
        IEnumerable<string> names = response.Resources.Select(resource => resource.Name)
            .Concat(response.RemovedResources.Select(name => "-" + name));
        return type.ShortName() + " " + string.Join(' ', names);
    }

    private MeshSnapshot Next() => MeshSnapshot.Empty with { Version = ++version };

    private IReadOnlyList<EncodedResource> Source(MeshSnapshot snapshot, XdsType type, IReadOnlyCollection<string>? names) =>
        [.. resources[type].Values.Where(each => names is null || names.Contains(each.Name))];
}
