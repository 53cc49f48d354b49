namespace Lateen.Control.Ads;

using Envoy.Service.Discovery.V3;

/// <summary>One resource type of one session: what the proxy asked for, what it holds, what it answered.</summary>
internal sealed class Subscription(XdsType type)
{
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private IReadOnlyCollection<Resource> sent = [];
    private IReadOnlyList<string> origins = [];
    private string nonceSent = "";
    private string nonceAcked = "";
    private string nonceNacked = "";
    private DateTimeOffset? lastSent;
    private DateTimeOffset? lastAnswered;

    public XdsType Type => type;

    public bool Seen { get; private set; }

    public bool Wildcard { get; private set; }

    public IReadOnlyCollection<string> Names => names;

    /// <summary>Name to version of what the proxy is believed to hold.</summary>
    public IReadOnlyDictionary<string, string> Known => known;

    public bool AwaitsAnswer { get; private set; }

    public string? Error { get; private set; }

    /// <summary>Books the answer a request carries; one to anything but the last response is stale and says nothing.</summary>
    public bool Answer(DeltaDiscoveryRequest request, DateTimeOffset now)
    {
        if (request.ResponseNonce.Length == 0 || request.ResponseNonce != nonceSent)
        {
            return false;
        }

        AwaitsAnswer = false;
        lastAnswered = now;
        if (request.ErrorDetail is { } error)
        {
            nonceNacked = request.ResponseNonce;
            Error = error.Message.Length == 0 ? "rejected without a reason" : error.Message;
            origins = ResourceOrigins.Of(sent, Error);
        }
        else
        {
            nonceAcked = request.ResponseNonce;
            Error = null;
            origins = [];
        }

        sent = [];

        return true;
    }

    /// <summary>Applies the subscribe and unsubscribe lists; these count even when the nonce is stale.</summary>
    public SubscriptionChange Change(DeltaDiscoveryRequest request)
    {
        bool first = !Seen;
        Seen = true;
        if (first)
        {
            foreach ((string name, string version) in request.InitialResourceVersions)
            {
                known[name] = version;
            }
        }

        bool becameWildcard = SubscribesToAll(request, first) && !Wildcard;
        Wildcard |= becameWildcard;
        foreach (string name in request.ResourceNamesUnsubscribe)
        {
            Unsubscribe(name);
        }

        List<string> added = [];
        foreach (string name in request.ResourceNamesSubscribe)
        {
            if (name == "*")
            {
                continue;
            }

            names.Add(name);
            added.Add(name);
            // A name asked for again is sent again: the proxy forgot it (a cluster that warms anew asks for its endpoints).
            if (!first)
            {
                known.Remove(name);
            }
        }

        return new SubscriptionChange(first, becameWildcard, added);
    }

    public bool Holds(EncodedResource resource) =>
        known.TryGetValue(resource.Name, out string? version) && version == resource.Version;

    public void Sent(DeltaDiscoveryResponse response, DateTimeOffset now)
    {
        foreach (Resource resource in response.Resources)
        {
            known[resource.Name] = resource.Version;
        }

        foreach (string name in response.RemovedResources)
        {
            known.Remove(name);
        }

        nonceSent = response.Nonce;
        sent = response.Resources;
        lastSent = now;
        AwaitsAnswer = true;
    }

    public TypeStatus ToStatus()
    {
        // A proxy that reconnected with all it should have is in step without having been sent anything.
        SyncState state = nonceSent.Length == 0 ? (known.Count > 0 ? SyncState.Synced : SyncState.NotSent)
            : AwaitsAnswer ? SyncState.Stale
            : Error is not null ? SyncState.Rejected
            : SyncState.Synced;
        return new TypeStatus(type, state, nonceSent, nonceAcked, nonceNacked, lastSent, lastAnswered, Error, known.Count) { Origins = origins };
    }

    private bool SubscribesToAll(DeltaDiscoveryRequest request, bool first) =>
        request.ResourceNamesSubscribe.Contains("*")
        || (first && type.IsRootType() && request.ResourceNamesSubscribe.Count == 0);

    private void Unsubscribe(string name)
    {
        if (name == "*")
        {
            Wildcard = false;
            foreach (string held in known.Keys.Where(held => !names.Contains(held)).ToList())
            {
                known.Remove(held);
            }

            return;
        }

        names.Remove(name);
        if (!Wildcard)
        {
            known.Remove(name);
        }
    }
}

/// <summary>What a request added to a subscription.</summary>
internal readonly record struct SubscriptionChange(bool First, bool BecameWildcard, IReadOnlyList<string> AddedNames);
