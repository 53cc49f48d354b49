namespace Lateen.Local.Charts;

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>
/// A Helm repository on this machine's loopback, so that `helm repo add` and `helm install` work without a network: index.yaml and the
/// packages, read-only, nothing else.
/// </summary>
public sealed class ChartRepository : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <param name="folder">Holds one folder per chart.</param>
    /// <param name="port">0 takes a free one.</param>
    public ChartRepository(string folder, int port)
    {
        ChartPackage[] packages = [.. Directory.EnumerateDirectories(folder)
            .Where(chart => File.Exists(Path.Combine(chart, "Chart.yaml"))).Order(StringComparer.Ordinal).Select(ChartPackage.Pack)];
        foreach (ChartPackage package in packages)
        {
            _files["/" + package.FileName] = package.Archive;
        }

        _files["/index.yaml"] = Encoding.UTF8.GetBytes(YamlWriter.Write(Index(packages)));
        Port = port == 0 ? FreePort() : port;
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
    }

    public int Port { get; }

    /// <summary>Answers until disposed.</summary>
    public async Task RunAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync().ConfigureAwait(false);
                await AnswerAsync(context).ConfigureAwait(false);
            }
            catch (Exception end) when (end is HttpListenerException or ObjectDisposedException or IOException)
            {
                // A client that went away, or the end of the repository: the condition of the loop tells which.
                continue;
            }
        }
    }

    public void Dispose() => _listener.Close();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using HttpListenerResponse response = context.Response;
        bool read = context.Request.HttpMethod is "GET" or "HEAD";
        if (!read || !_files.TryGetValue(context.Request.Url?.AbsolutePath ?? "", out byte[]? content))
        {
            response.StatusCode = read ? 404 : 405;
            return;
        }

        response.ContentType = context.Request.Url?.AbsolutePath == "/index.yaml" ? "text/yaml" : "application/gzip";
        response.ContentLength64 = content.Length;
        if (context.Request.HttpMethod == "GET")
        {
            await response.OutputStream.WriteAsync(content).ConfigureAwait(false);
        }
    }

    private static JsonObject Index(IEnumerable<ChartPackage> packages)
    {
        JsonObject entries = [];
        foreach (ChartPackage package in packages)
        {
            var entry = (JsonObject)package.Metadata.DeepClone();
            entry["digest"] = package.Digest;
            entry["urls"] = new JsonArray(package.FileName);
            entry["created"] = DateTimeOffset.UnixEpoch.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
            entries[entry["name"]?.ToString() ?? ""] = new JsonArray(entry);
        }

        return new JsonObject { ["apiVersion"] = "v1", ["entries"] = entries };
    }

    // HttpListener cannot bind port 0 itself.
    private static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint?)probe.LocalEndPoint)?.Port ?? 0;
    }
}
