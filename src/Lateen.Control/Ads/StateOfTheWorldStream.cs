namespace Lateen.Control.Ads;

using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;

/// <summary>
/// One state-of-the-world stream in the terms of the delta session behind it: lists of names become what is new and what is gone,
/// and changed clusters or listeners become the whole set, since in this protocol what a response lacks is deleted. Requests come
/// from the reading side and responses from the serving one, hence the lock.
/// </summary>
internal sealed class StateOfTheWorldStream
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, TypeState> types = new(StringComparer.Ordinal);

    /// <summary>The delta request that means the same; null when the request answers an older response and so says nothing.</summary>
    public DeltaDiscoveryRequest? Read(DiscoveryRequest request)
    {
        lock (gate)
        {
            TypeState state = StateOf(request.TypeUrl);
            if (request.ResponseNonce.Length > 0 && request.ResponseNonce != state.Nonce)
            {
                return null;
            }

            DeltaDiscoveryRequest delta = new()
            {
                Node = request.Node,
                TypeUrl = request.TypeUrl,
                ResponseNonce = request.ResponseNonce,
                ErrorDetail = request.ErrorDetail,
            };
            state.Follow(request, delta);
            return delta;
        }
    }

    public DiscoveryResponse Write(DeltaDiscoveryResponse delta)
    {
        lock (gate)
        {
            TypeState state = StateOf(delta.TypeUrl);
            state.Nonce = delta.Nonce;
            DiscoveryResponse response = new()
            {
                TypeUrl = delta.TypeUrl,
                Nonce = delta.Nonce,
                VersionInfo = delta.SystemVersionInfo,
            };
            if (state.IsWhole)
            {
                state.Take(delta);
                response.Resources.AddRange(state.Held.Values);
            }
            else
            {
                response.Resources.AddRange(delta.Resources.Select(each => each.Resource_));
            }

            return response;
        }
    }

    private TypeState StateOf(string typeUrl)
    {
        if (!types.TryGetValue(typeUrl, out TypeState? state))
        {
            bool whole = XdsTypes.TryParse(typeUrl, out XdsType type) && type.IsRootType();
            types[typeUrl] = state = new TypeState(whole);
        }

        return state;
    }

    private sealed class TypeState(bool isWhole)
    {
        private readonly HashSet<string> names = new(StringComparer.Ordinal);
        private bool wildcard;
        private bool named;

        public bool IsWhole => isWhole;

        public string Nonce { get; set; } = "";

        public SortedDictionary<string, Any> Held { get; } = new(StringComparer.Ordinal);

        public void Follow(DiscoveryRequest request, DeltaDiscoveryRequest delta)
        {
            bool all = request.ResourceNames.Contains("*") || (request.ResourceNames.Count == 0 && !named && isWhole);
            if (all != wildcard)
            {
                // A stream that has named something means with an empty list that it wants nothing (xDS protocol, wildcard).
                (all ? delta.ResourceNamesSubscribe : delta.ResourceNamesUnsubscribe).Add("*");
                wildcard = all;
            }

            named |= request.ResourceNames.Count > 0;
            HashSet<string> wanted = new(request.ResourceNames.Where(name => name != "*"), StringComparer.Ordinal);
            delta.ResourceNamesSubscribe.AddRange(wanted.Where(name => !names.Contains(name)).Order(StringComparer.Ordinal));
            foreach (string name in names.Where(name => !wanted.Contains(name)).Order(StringComparer.Ordinal))
            {
                delta.ResourceNamesUnsubscribe.Add(name);
                if (!wildcard)
                {
                    Held.Remove(name);
                }
            }

            names.Clear();
            names.UnionWith(wanted);
        }

        public void Take(DeltaDiscoveryResponse delta)
        {
            foreach (Resource resource in delta.Resources)
            {
                Held[resource.Name] = resource.Resource_;
            }

            foreach (string name in delta.RemovedResources)
            {
                Held.Remove(name);
            }
        }
    }
}
