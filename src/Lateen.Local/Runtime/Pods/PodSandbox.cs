namespace Lateen.Local.Runtime.Pods;

using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Lateen.Local.Native;

/// <summary>What the containers of one pod share: namespaces, address, volumes and generated files.</summary>
internal sealed class PodSandbox : IDisposable
{
    internal const string StateFolder = "/run/lateen/pods";

    internal PodSandbox(JsonObject pod, string logsFolder, NamespaceSet namespaces, IPAddress address)
    {
        Pod = pod;
        Namespaces = namespaces;
        Address = address;
        Folder = Path.Combine(StateFolder, pod.Uid());
        LogFolder = Path.Combine(logsFolder, $"{pod.Namespace()}_{pod.Name()}_{pod.Uid()}");
    }

    /// <summary>The pod as last seen; labels and annotations may change while it runs.</summary>
    internal JsonObject Pod { get; set; }

    internal NamespaceSet Namespaces { get; }

    internal IPAddress Address { get; }

    internal string Folder { get; }

    internal string VolumesFolder => Path.Combine(Folder, "volumes");

    internal string EtcFolder => Path.Combine(Folder, "etc");

    internal string LogFolder { get; }

    internal static string HostName(JsonObject pod)
    {
        string name = pod.Text("spec", "hostname") ?? pod.Name();
        return name.Length <= 63 ? name : name[..63].TrimEnd('-', '.');
    }

    /// <summary>Writes hosts, hostname and resolv.conf.</summary>
    internal void WriteEtc()
    {
        Directory.CreateDirectory(VolumesFolder);
        Directory.CreateDirectory(EtcFolder);
        string host = HostName(Pod);
        string full = Pod.Text("spec", "subdomain") is { Length: > 0 } subdomain
            ? $"{host}.{subdomain}.{Pod.Namespace()}.svc.cluster.local\t{host}" : host;
        IEnumerable<string> aliases = Pod.Items("spec", "hostAliases")
            .Select(static alias => $"{alias.Text("ip")}\t{string.Join('\t', alias.Texts("hostnames"))}\n");
        File.WriteAllText(Path.Combine(EtcFolder, "hosts"),
            $"127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n{Address}\t{full}\n{string.Concat(aliases)}");
        File.WriteAllText(Path.Combine(EtcFolder, "hostname"), host + "\n");
        File.WriteAllText(Path.Combine(EtcFolder, "resolv.conf"), ResolvConf());
    }

    /// <summary>Connects to a port of the pod; to its loopback from inside its network namespace.</summary>
    internal async Task<Socket> DialAsync(bool loopback, int port, CancellationToken cancel)
    {
        // socket(2): a socket stays in the namespace it was created in, whatever thread uses it later.
        Socket socket = loopback
            ? await NamespaceThread.RunAsync(() =>
            {
                Namespaces.Enter();
                return NewSocket();
            }).ConfigureAwait(false)
            : NewSocket();
        try
        {
            await socket.ConnectAsync(loopback ? IPAddress.Loopback : Address, port, cancel).ConfigureAwait(false);
            return socket;
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Namespaces.Dispose();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException failure)
        {
            Console.Error.WriteLine($"runtime: {Folder} stays: {failure.Message}");
        }
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private string ResolvConf()
    {
        JsonNode? config = Pod.At("spec", "dnsConfig");
        string ns = Pod.Namespace();
        bool own = Pod.Text("spec", "dnsPolicy") == "None";
        IEnumerable<string> servers = own ? [] : [Network.ClusterAddresses.DnsService.ToString()];
        IEnumerable<string> searches = own ? [] : [$"{ns}.svc.cluster.local", "svc.cluster.local", "cluster.local"];
        List<string> options = [.. config.Items("options").Select(static option =>
            option.Text("value") is { } value ? $"{option.Text("name")}:{value}" : option.Text("name") ?? "")];
        options = own || options.Exists(static option => option.StartsWith("ndots", StringComparison.Ordinal)) ? options : [.. options, "ndots:5"];
        return string.Concat(servers.Concat(config.Texts("nameservers")).Select(static server => $"nameserver {server}\n"))
            + $"search {string.Join(' ', searches.Concat(config.Texts("searches")))}\n"
            + (options.Count > 0 ? $"options {string.Join(' ', options)}\n" : "");
    }
}
