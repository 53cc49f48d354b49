namespace Lateen.Scale;

using Envoy.Service.Discovery.V3;

/// <summary>What the control plane sent, counted by its clients.</summary>
internal sealed class Traffic
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _bytes;
    private long _resources;

    public void Count(DeltaDiscoveryResponse response)
    {
        lock (_gate)
        {
            _bytes += response.CalculateSize();
            _resources += response.Resources.Count + response.RemovedResources.Count;
            foreach (Resource resource in response.Resources)
            {
                if (_names.Count < 100)
                {
                    _names.Add(response.TypeUrl[(response.TypeUrl.LastIndexOf('.') + 1)..] + " " + resource.Name);
                }
            }
        }
    }

    public string Take(int changes, int proxies)
    {
        lock (_gate)
        {
            string text = $"{(double)_bytes / changes / proxies:F0} bytes and {(double)_resources / changes / proxies:F2} resources per change and proxy";
            if (_names.Count <= 3)
            {
                text += $" ({string.Join(", ", _names)})";
            }

            (_bytes, _resources) = (0, 0);
            _names.Clear();
            return text;
        }
    }
}
