namespace Lateen.Local.Runtime.Network;

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;
using Lateen.Local.Launcher;

/// <summary>
/// The host's sockets of LoadBalancer and NodePort Services. A pod whose program takes sockets gets them itself and so sees the
/// client's address; for all others connections are relayed to the Service.
/// </summary>
internal sealed class HostListeners(HostGateway gateway, string home, ObjectCache services) : IHostAddressAllocator
{
    private const int Workers = 2, MaxTries = 32;

    // The proxy answers health checks on its own socket, beside the data path: this port stays with the relay.
    private const int ReadinessPort = 15021;

    private readonly ConcurrentDictionary<string, OpenService> _open = new(StringComparer.Ordinal);

    public async Task<string> EnsureAsync(string ns, string service, IReadOnlyList<HostPort> ports, CancellationToken cancel)
    {
        OpenService open = _open.GetOrAdd($"{ns}/{service}", static _ => new OpenService());
        await open.Gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await EnsureAsync(open, ns, service, ports).ConfigureAwait(false);
        }
        finally
        {
            open.Gate.Release();
        }
    }

    public async Task ReleaseAsync(string ns, string service, CancellationToken cancel)
    {
        if (_open.TryRemove($"{ns}/{service}", out OpenService? open))
        {
            await open.Gate.WaitAsync(cancel).ConfigureAwait(false);
            open.Listeners.ForEach(static listener => listener.Dispose());
            open.Listeners.Clear();
            open.Gate.Release();
        }
    }

    /// <summary>The sockets for a starting container, which holds them until they are disposed of; meanwhile nobody relays for them.</summary>
    internal async Task<HeldSockets> HandOverAsync(JsonObject pod, JsonObject container, CancellationToken cancel)
    {
        Dictionary<int, IReadOnlyList<int>> handed = [];
        List<HostListener> held = [];
        HeldSockets sockets = new(handed, held);
        try
        {
            await HandOverAsync(pod, container, handed, held, cancel).ConfigureAwait(false);
            return sockets;
        }
        catch (Exception)
        {
            sockets.Dispose();
            throw;
        }
    }

    private async Task HandOverAsync(
        JsonObject pod, JsonObject container, Dictionary<int, IReadOnlyList<int>> handed, List<HostListener> held, CancellationToken cancel)
    {
        foreach (JsonObject service in services.All.Where(service => service.Namespace() == pod.Namespace()
            && service.Text("spec", "type") is ("LoadBalancer" or "NodePort")
            && service.At("spec", "selector").Selects(pod.At("metadata", "labels"))))
        {
            await EnsureAsync(service.Namespace(), service.Name(), HostPorts.Of(service), cancel).ConfigureAwait(false);
            foreach (JsonObject port in service.Items("spec", "ports"))
            {
                int target = TargetPort(port, container);
                if (target is <= 0 or ReadinessPort)
                {
                    continue;
                }

                List<int> descriptors = [];
                foreach (HostListener listener in _open[$"{service.Namespace()}/{service.Name()}"].Listeners
                    .Where(listener => listener.Port.Port == port.Number("port")))
                {
                    descriptors.AddRange(listener.HandOver(Workers));
                    held.Add(listener);
                }

                if (descriptors.Count > 0)
                {
                    handed[target] = descriptors;
                }
            }
        }
    }

    private async Task<string> EnsureAsync(OpenService open, string ns, string service, IReadOnlyList<HostPort> ports)
    {
        List<HostPort> wanted = [.. ports.Where(static port => port.Protocol is "TCP")];
        foreach (HostListener stale in open.Listeners.Where(listener => !wanted.Contains(listener.Port)).ToList())
        {
            stale.Dispose();
            open.Listeners.Remove(stale);
        }

        List<HostPort> missing = [.. wanted.Where(port => open.Listeners.TrueForAll(listener => listener.Port != port))];
        string? failure = null;
        for (int attempt = 0; open.Address is null || missing.Exists(static port => port.LoadBalancer); attempt++)
        {
            IPAddress address = open.Address ?? Candidate(ns, service, attempt);
            (List<HostListener> opened, failure) = await OpenAsync(ns, service, address, missing.Where(static port => port.LoadBalancer))
                .ConfigureAwait(false);
            if (failure is null || open.Address is not null || attempt == MaxTries)
            {
                open.Address = address;
                open.Listeners.AddRange(opened);
                break;
            }

            opened.ForEach(static listener => listener.Dispose());
        }

        foreach (HostPort port in missing.Where(static port => port.NodePort is > 0))
        {
            (List<HostListener> opened, string? nodeFailure) =
                await OpenAsync(ns, service, IPAddress.Loopback, [port], port.NodePort).ConfigureAwait(false);
            open.Listeners.AddRange(opened);
            failure ??= nodeFailure;
        }

        if (failure is not null)
        {
            Console.Error.WriteLine($"runtime: Service {ns}/{service}: {failure}");
        }

        return open.Address.ToString();
    }

    private async Task<(List<HostListener> Opened, string? Failure)> OpenAsync(string ns, string service, IPAddress address,
        IEnumerable<HostPort> ports, int? number = null)
    {
        List<HostListener> opened = [];
        foreach (HostPort port in ports)
        {
            try
            {
                (int descriptor, _) = await gateway.ListenAsync(address, number ?? port.Port).ConfigureAwait(false);
                opened.Add(new HostListener(port, descriptor, () => TargetOf(ns, service, port.Port)));
            }
            catch (InvalidOperationException refused)
            {
                return (opened, $"{address}:{number ?? port.Port} cannot be opened on the host: {refused.Message}");
            }
        }

        return (opened, null);
    }

    private IPEndPoint? TargetOf(string ns, string service, int port) =>
        IPAddress.TryParse(services.Get(ns, service).Text("spec", "clusterIP"), out IPAddress? address) ? new IPEndPoint(address, port) : null;

    // The same address each time for one Service of one home; others are tried when the host already uses it.
    private IPAddress Candidate(string ns, string service, int attempt)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{home}|{ns}|{service}|{attempt}"));
        return new IPAddress([127, (byte)(64 + (hash[0] % 128)), hash[1], (byte)(1 + (hash[2] % 254))]);
    }

    private static int TargetPort(JsonObject port, JsonObject container) =>
        (int?)port.Number("targetPort")
        ?? (port.Text("targetPort") is { } name
            ? (int)(container.Items("ports").FirstOrDefault(p => p.Text("name") == name).Number("containerPort") ?? 0)
            : (int)(port.Number("port") ?? 0));

    private sealed class OpenService
    {
        internal SemaphoreSlim Gate { get; } = new(1, 1);

        internal IPAddress? Address { get; set; }

        internal List<HostListener> Listeners { get; } = [];
    }
}
