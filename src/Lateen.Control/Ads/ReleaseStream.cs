namespace Lateen.Control.Ads;

using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Dev.Xds.V1;

/// <summary>
/// A delta stream on which a pod asks for the release of its addresses (docs/decisions/0005). Each name is answered when it is
/// released, and first as absent; there is nothing to acknowledge.
/// </summary>
internal static class ReleaseStream
{
    public const string TypeUrl = "type.googleapis.com/lateen.dev.xds.v1.EndpointRelease";

    // A pod has an address per family, and a few networks at most.
    private const int MostAddresses = 16;

    public static async Task ServeAsync(
        DeltaDiscoveryRequest first,
        EndpointReleases releases,
        Func<DeltaDiscoveryResponse, ValueTask> send,
        CancellationToken cancellation)
    {
        if (first.ResourceNamesSubscribe.Count > MostAddresses)
        {
            throw new AdsRefusedException($"A pod may ask for the release of {MostAddresses} addresses at most.");
        }

        // "Not yet": the pod learns that its question is understood, and may wait.
        DeltaDiscoveryResponse pending = new() { TypeUrl = TypeUrl, Nonce = "release-0" };
        pending.RemovedResources.AddRange(first.ResourceNamesSubscribe);
        await send(pending).ConfigureAwait(false);
        int answered = 0;
        foreach (string address in first.ResourceNamesSubscribe)
        {
            await releases.WaitAsync(address, cancellation).ConfigureAwait(false);
            DeltaDiscoveryResponse response = new() { TypeUrl = TypeUrl, Nonce = $"release-{++answered}" };
            response.Resources.Add(new Resource
            {
                Name = address,
                Version = "1",
                Resource_ = Any.Pack(new EndpointRelease { Address = address }),
            });
            await send(response).ConfigureAwait(false);
        }
    }
}
