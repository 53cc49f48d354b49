namespace Lateen.Control.Ads;

using System.Globalization;
using Envoy.Service.Discovery.V3;
using Lateen.Api.Names;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>
/// The server side of one delta ADS stream as a state machine without a socket: requests, pushes and the passing of time go in,
/// responses come out. A push walks CDS, EDS, LDS, RDS, each step waiting for the answer to the one before, and only then takes
/// away clusters (make before break), so that no route ever names a cluster its proxy does not have.
/// </summary>
public sealed class AdsSession
{
    // A proxy that does not answer must not hold its configuration back for ever; it gets the next step unasked.
    private static readonly TimeSpan StepPatience = TimeSpan.FromSeconds(5);

    private readonly ResourceSource source;
    private readonly TimeProvider clock;
    private readonly Dictionary<XdsType, Subscription> subscriptions;
    private readonly HashSet<string> warming = new(StringComparer.Ordinal);
    private readonly HashSet<string> resentClusters = new(StringComparer.Ordinal);
    private readonly List<string> staleClusters = [];
    private readonly DateTimeOffset connectedAt;
    private MeshSnapshot snapshot;
    private PushRequest? push;
    private PushRequest? waiting;
    private bool clustersOwed;
    private PushStep step = PushStep.Idle;
    private DateTimeOffset patienceEnds;
    private long nonce;
    private long appliedVersion;

    public AdsSession(ProxyNode node, string connectionId, MeshSnapshot snapshot, ResourceSource source, TimeProvider clock)
    {
        Node = node;
        ConnectionId = connectionId;
        this.snapshot = snapshot;
        this.source = source;
        this.clock = clock;
        connectedAt = clock.GetUtcNow();
        subscriptions = XdsTypes.PushOrder.ToDictionary(type => type, type => new Subscription(type));
    }

    public ProxyNode Node { get; }

    public string ConnectionId { get; }

    /// <summary>True while no push is under way.</summary>
    public bool IsIdle => push is null && waiting is null;

    /// <summary>The newest snapshot whose endpoints the proxy has acknowledged, whether or not it needed any of them sent.</summary>
    public long EndpointsVersion { get; private set; }

    /// <summary>When <see cref="OnTime"/> wants to be called, or null.</summary>
    public DateTimeOffset? Deadline => push is null ? null : patienceEnds;

    public ProxyStatus Status => new(
        Node, ConnectionId, connectedAt, appliedVersion, [.. XdsTypes.PushOrder.Select(type => subscriptions[type].ToStatus())]);

    /// <summary>Handles one request. An unknown type is ignored and the stream stays, as istiod does.</summary>
    public IReadOnlyList<DeltaDiscoveryResponse> OnRequest(DeltaDiscoveryRequest request)
    {
        List<DeltaDiscoveryResponse> output = [];
        if (!XdsTypes.TryParse(request.TypeUrl, out XdsType type))
        {
            if (XdsTypes.IsKnownButEmpty(request.TypeUrl) && request.ResourceNamesSubscribe.Count > 0)
            {
                SendAbsent(request, output);
            }

            return output;
        }

        Subscription subscription = subscriptions[type];
        subscription.Answer(request, clock.GetUtcNow());
        SubscriptionChange change = subscription.Change(request);
        bool reconnects = change.First && request.InitialResourceVersions.Count > 0;
        if (reconnects && type is XdsType.Cluster && push is null)
        {
            // What changed while the proxy was away is brought in the order of any other push.
            clustersOwed = true;
            Start(PushRequest.Everything(snapshot, clock.GetTimestamp()), output);
        }
        else if (reconnects && IsComing(type))
        {
            // The step of the push under way that is for this type sends what the proxy lacks.
        }
        else if (change.BecameWildcard || change.AddedNames.Count > 0)
        {
            Respond(subscription, change, output);
        }

        Advance(output);
        NoteEndpoints();
        NoteApplied();
        return output;
    }

    /// <summary>Starts a push, or keeps it for when the push under way is done.</summary>
    public IReadOnlyList<DeltaDiscoveryResponse> OnPush(PushRequest request)
    {
        List<DeltaDiscoveryResponse> output = [];
        if (push is not null)
        {
            waiting = waiting?.Merge(request) ?? request;
            return output;
        }

        Start(request, output);
        Advance(output);
        NoteEndpoints();
        return output;
    }

    /// <summary>Goes on without an answer once the patience for the current step is over.</summary>
    public IReadOnlyList<DeltaDiscoveryResponse> OnTime()
    {
        List<DeltaDiscoveryResponse> output = [];
        if (push is not null && clock.GetUtcNow() >= patienceEnds)
        {
            Enter(Next(step), output);
            Advance(output);
            NoteEndpoints();
        }

        return output;
    }

    // A push that went on without an answer is in effect when the answer comes after all.
    private void NoteApplied()
    {
        if (push is null && subscriptions.Values.All(each => !each.AwaitsAnswer))
        {
            appliedVersion = snapshot.Version;
        }
    }

    private void NoteEndpoints()
    {
        if (!subscriptions[XdsType.Endpoint].AwaitsAnswer && (push is null || step > PushStep.Endpoints))
        {
            EndpointsVersion = snapshot.Version;
        }
    }

    private bool IsComing(XdsType type) =>
        push is { Full: true }
        && (type is XdsType.Listener or XdsType.Route)
        && (step is PushStep.Clusters or PushStep.Endpoints);

    private void Start(PushRequest request, List<DeltaDiscoveryResponse> output)
    {
        push = request;
        snapshot = request.Snapshot;
        warming.Clear();
        resentClusters.Clear();
        staleClusters.Clear();
        Enter(request.Full ? PushStep.Clusters : PushStep.Endpoints, output);
    }

    private void Advance(List<DeltaDiscoveryResponse> output)
    {
        while (push is not null && StepIsAnswered())
        {
            Enter(Next(step), output);
        }
    }

    private bool StepIsAnswered() => step switch
    {
        PushStep.Clusters or PushStep.Removals => !subscriptions[XdsType.Cluster].AwaitsAnswer,
        PushStep.Endpoints => !subscriptions[XdsType.Endpoint].AwaitsAnswer && WarmingClustersHaveEndpoints(),
        PushStep.Listeners => !subscriptions[XdsType.Listener].AwaitsAnswer,
        PushStep.Routes => !subscriptions[XdsType.Route].AwaitsAnswer,
        _ => true,
    };

    // A client that never asks for endpoints (it has no EDS subscription at all) is not waited for.
    private bool WarmingClustersHaveEndpoints()
    {
        Subscription endpoints = subscriptions[XdsType.Endpoint];
        return subscriptions[XdsType.Cluster].Error is not null || !endpoints.Seen || warming.All(endpoints.Known.ContainsKey);
    }

    private PushStep Next(PushStep current) => current switch
    {
        PushStep.Clusters => PushStep.Endpoints,
        PushStep.Endpoints => push is { Full: true } ? PushStep.Listeners : PushStep.Idle,
        PushStep.Listeners => PushStep.Routes,
        PushStep.Routes => PushStep.Removals,
        _ => PushStep.Idle,
    };

    private void Enter(PushStep next, List<DeltaDiscoveryResponse> output)
    {
        step = next;
        patienceEnds = clock.GetUtcNow() + StepPatience;
        switch (next)
        {
            case PushStep.Clusters:
                PushClusters(output);
                break;
            case PushStep.Endpoints:
                PushEndpoints(output);
                break;
            case PushStep.Listeners:
                PushChanges(subscriptions[XdsType.Listener], output);
                break;
            case PushStep.Routes:
                PushChanges(subscriptions[XdsType.Route], output);
                // Nothing depends on the answer to names, so no step waits for it.
                PushChanges(subscriptions[XdsType.NameTable], output);
                break;
            case PushStep.Removals:
                Send(subscriptions[XdsType.Cluster], [], staleClusters, false, output);
                break;
            default:
                push = null;
                NoteApplied();
                if (waiting is { } pending)
                {
                    waiting = null;
                    Start(pending, output);
                }

                break;
        }
    }

    private void PushClusters(List<DeltaDiscoveryResponse> output)
    {
        Subscription clusters = subscriptions[XdsType.Cluster];
        Difference difference = Compare(clusters);
        staleClusters.AddRange(difference.Removed);
        Subscription endpoints = subscriptions[XdsType.Endpoint];
        foreach (EncodedResource cluster in difference.Changed)
        {
            resentClusters.Add(cluster.Name);
            if (clusters.Wildcard && cluster.AwaitsEndpoints && !endpoints.Names.Contains(cluster.Name))
            {
                warming.Add(cluster.Name);
            }
        }

        Send(clusters, difference.Changed, [], clustersOwed, output);
        clustersOwed = false;
    }

    private void PushEndpoints(List<DeltaDiscoveryResponse> output)
    {
        if (push is null)
        {
            return;
        }

        Subscription endpoints = subscriptions[XdsType.Endpoint];
        List<string> names = [.. endpoints.Names.Where(name => push.Full || ConcernsChangedService(name, push))];
        if (names.Count == 0)
        {
            return;
        }

        // A cluster that was sent again warms anew and waits for its endpoints, even if these are the same.
        List<EncodedResource> changed = [.. source(snapshot, XdsType.Endpoint, names)
            .Where(each => resentClusters.Contains(each.Name) || !endpoints.Holds(each))];
        Send(endpoints, changed, [], false, output);
    }

    private void PushChanges(Subscription subscription, List<DeltaDiscoveryResponse> output)
    {
        Difference difference = Compare(subscription);
        Send(subscription, difference.Changed, difference.Removed, false, output);
    }

    private Difference Compare(Subscription subscription)
    {
        if (!subscription.Seen || (!subscription.Wildcard && subscription.Names.Count == 0))
        {
            return new Difference([], []);
        }

        IReadOnlyList<EncodedResource> wanted =
            source(snapshot, subscription.Type, subscription.Wildcard ? null : subscription.Names);
        List<EncodedResource> changed = [.. wanted.Where(resource => !subscription.Holds(resource))];
        if (!subscription.Type.IsRootType())
        {
            return new Difference(changed, []);
        }

        HashSet<string> present = new(wanted.Select(resource => resource.Name), StringComparer.Ordinal);
        return new Difference(changed, [.. subscription.Known.Keys.Where(name => !present.Contains(name))]);
    }

    private void Respond(Subscription subscription, SubscriptionChange change, List<DeltaDiscoveryResponse> output)
    {
        List<EncodedResource> changed = [];
        List<string> removed = [];
        if (change.BecameWildcard)
        {
            Difference difference = Compare(subscription);
            changed.AddRange(difference.Changed);
            removed.AddRange(difference.Removed);
        }

        if (change.AddedNames.Count > 0)
        {
            IReadOnlyList<EncodedResource> found = source(snapshot, subscription.Type, change.AddedNames);
            HashSet<string> present = new(found.Select(resource => resource.Name), StringComparer.Ordinal);
            HashSet<string> listed = new(changed.Select(resource => resource.Name), StringComparer.Ordinal);
            changed.AddRange(found.Where(resource => !listed.Contains(resource.Name) && !subscription.Holds(resource)));
            removed.AddRange(change.AddedNames.Where(name => !present.Contains(name)).Except(removed).ToList());
        }

        // A first wildcard request is answered even when there is nothing to send: a proxy without listeners is ready too.
        Send(subscription, changed, removed, change.BecameWildcard, output);
    }

    private void Send(
        Subscription subscription,
        IReadOnlyCollection<EncodedResource> changed,
        IReadOnlyCollection<string> removed,
        bool evenIfEmpty,
        List<DeltaDiscoveryResponse> output)
    {
        if (changed.Count == 0 && removed.Count == 0 && !evenIfEmpty)
        {
            return;
        }

        nonce++;
        DeltaDiscoveryResponse response = new()
        {
            TypeUrl = subscription.Type.TypeUrl(),
            SystemVersionInfo = snapshot.Version.ToString(CultureInfo.InvariantCulture),
            Nonce = ConnectionId + "-" + nonce.ToString(CultureInfo.InvariantCulture),
        };
        response.Resources.AddRange(changed.Select(each => new Resource
        {
            Name = each.Name,
            Version = each.Version,
            Resource_ = each.Body,
        }));
        response.RemovedResources.AddRange(removed);
        subscription.Sent(response, clock.GetUtcNow());
        output.Add(response);
    }

    // Whoever waits for a secret or an extension that does not exist learns so at once, and not from a timeout.
    private void SendAbsent(DeltaDiscoveryRequest request, List<DeltaDiscoveryResponse> output)
    {
        nonce++;
        DeltaDiscoveryResponse response = new()
        {
            TypeUrl = request.TypeUrl,
            SystemVersionInfo = snapshot.Version.ToString(CultureInfo.InvariantCulture),
            Nonce = ConnectionId + "-" + nonce.ToString(CultureInfo.InvariantCulture),
        };
        response.RemovedResources.AddRange(request.ResourceNamesSubscribe);
        output.Add(response);
    }

    private static bool ConcernsChangedService(string name, PushRequest push) =>
        ClusterName.TryParse(name, out ClusterName parsed) && push.ChangedServices.Contains(parsed.Host);

    private readonly record struct Difference(IReadOnlyList<EncodedResource> Changed, IReadOnlyList<string> Removed);

    private enum PushStep
    {
        Idle,
        Clusters,
        Endpoints,
        Listeners,
        Routes,
        Removals,
    }
}
