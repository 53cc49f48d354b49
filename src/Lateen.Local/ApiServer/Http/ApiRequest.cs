namespace Lateen.Local.ApiServer.Http;

using Microsoft.AspNetCore.Http;

/// <summary>What a URL asks for: a resource, or a path that is none.</summary>
internal sealed record ApiRequest(bool IsResource, string Verb, string Group, string Version, string Plural, string? Namespace,
    string? Name, string Subresource, string Rest, string Path)
{
    public static ApiRequest Parse(HttpRequest http)
    {
        string path = http.Path.Value ?? "/";
        string[] parts = path.Trim('/').Split('/');
        bool core = parts is ["api", _, _, ..];
        if (!core && parts is not ["apis", _, _, _, ..])
        {
            return new ApiRequest(false, http.Method.ToLowerInvariant(), "", "", "", null, null, "", "", path);
        }

        string group = core ? "" : parts[1];
        string version = core ? parts[1] : parts[2];
        string[] rest = core ? parts[2..] : parts[3..];
        string? ns = null;
        bool namespaceItself = core && rest is ["namespaces"] or ["namespaces", _] or ["namespaces", _, "status" or "finalize"];
        if (!namespaceItself && rest is ["namespaces", { } inside, ..] && rest.Length > 2)
        {
            ns = inside;
            rest = rest[2..];
        }

        string plural = rest.Length > 0 ? rest[0] : "";
        string? name = rest.Length > 1 && rest[1].Length > 0 ? Uri.UnescapeDataString(rest[1]) : null;
        string subresource = rest.Length > 2 ? rest[2] : "";
        string tail = rest.Length > 3 ? string.Join('/', rest[3..]) : "";
        return new ApiRequest(true, VerbOf(http, name), group, version, plural, namespaceItself ? null : ns, name, subresource,
            tail, path);
    }

    private static string VerbOf(HttpRequest http, string? name)
    {
        bool watch = http.Query["watch"] == "true" || http.Query["watch"] == "1";
        return http.Method switch
        {
            "GET" or "HEAD" => watch ? "watch" : name is null ? "list" : "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => name is null ? "deletecollection" : "delete",
            _ => http.Method.ToLowerInvariant(),
        };
    }
}
