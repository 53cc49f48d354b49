namespace Lateen.Kubernetes;

using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>The API server's version, on which the form of injected sidecars depends.</summary>
public readonly record struct ServerVersion(int Major, int Minor)
{
    /// <summary>Native sidecars are stable from 1.33 (Istio: ENABLE_NATIVE_SIDECARS=auto).</summary>
    public bool HasNativeSidecars => Major > 1 || (Major == 1 && Minor >= 33);

    public static async Task<ServerVersion> ReadAsync(KubeApi api, CancellationToken cancel)
    {
        JsonObject version = await api.GetAsync("version", cancel).ConfigureAwait(false);
        return new ServerVersion(Number(version["major"]), Number(version["minor"]));
    }

    // Some providers write "33+".
    private static int Number(JsonNode? node) =>
        int.TryParse(node?.ToString().TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
