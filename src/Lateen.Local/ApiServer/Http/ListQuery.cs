namespace Lateen.Local.ApiServer.Http;

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.Cluster;
using Microsoft.AspNetCore.Http;

/// <summary>The query of a list or watch.</summary>
internal sealed class ListQuery
{
    public required LabelSelector Labels { get; init; }

    public required FieldSelector Fields { get; init; }

    public string ResourceVersion { get; init; } = "";

    public string Match { get; init; } = "";

    public int Limit { get; init; }

    /// <summary>The last key of the page before, from a continue token.</summary>
    public (string Namespace, string Name)? After { get; init; }

    public bool Bookmarks { get; init; }

    public bool? SendInitialEvents { get; init; }

    public TimeSpan? Timeout { get; init; }

    public static ListQuery Read(IQueryCollection query, ResourceDefinition resource, string? name)
    {
        string? fields = query["fieldSelector"];
        if (name is not null)
        {
            fields = string.IsNullOrEmpty(fields) ? $"metadata.name={name}" : $"{fields},metadata.name={name}";
        }

        string match = query["resourceVersionMatch"].ToString();
        string version = query["resourceVersion"].ToString();
        bool? initial = query.ContainsKey("sendInitialEvents") ? query["sendInitialEvents"] == "true" : null;
        CheckMatch(resource, match, version, initial);
        return new ListQuery
        {
            Labels = LabelSelector.Parse(query["labelSelector"]),
            Fields = FieldSelector.Parse(fields, resource),
            ResourceVersion = version,
            Match = match,
            Limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out int limit) ? limit : 0,
            After = ReadContinue(query["continue"]),
            Bookmarks = query["allowWatchBookmarks"] == "true" || query["allowWatchBookmarks"] == "1",
            SendInitialEvents = initial,
            Timeout = int.TryParse(query["timeoutSeconds"], CultureInfo.InvariantCulture, out int seconds) && seconds > 0
                ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    public bool Matches(JsonObject obj)
    {
        return (Labels.IsEmpty || Labels.Matches(obj.Obj("metadata", "labels"))) && Fields.Matches(obj);
    }

    public static string WriteContinue(string ns, string name, long version)
    {
        return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{version}\n{ns}\n{name}")).TrimEnd('=').Replace('+',
            '-').Replace('/', '_');
    }

    private static (string Namespace, string Name)? ReadContinue(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        try
        {
            string base64 = token.Replace('-', '+').Replace('_', '/');
            string text = Encoding.UTF8.GetString(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
            string[] parts = text.Split('\n');
            return parts.Length == 3 ? (parts[1], parts[2]) : throw ApiErrors.BadRequest("continue key is not valid");
        }
        catch (FormatException)
        {
            throw ApiErrors.BadRequest("continue key is not valid");
        }
    }

    private static void CheckMatch(ResourceDefinition resource, string match, string version, bool? initial)
    {
        if (initial is not null && match != "NotOlderThan")
        {
            throw Refused(resource, "resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden for watch unless "
                + "sendInitialEvents is provided, and must be NotOlderThan with it");
        }

        if (match.Length > 0 && match is not ("Exact" or "NotOlderThan"))
        {
            throw Refused(resource, "resourceVersionMatch",
                $"Unsupported value: \"{match}\": supported values: \"Exact\", \"NotOlderThan\"");
        }

        if (match.Length > 0 && version.Length == 0 && initial is null)
        {
            throw Refused(resource, "resourceVersionMatch",
                "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
        }

        if (version.Length > 0 && !long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw ApiErrors.BadRequest($"Invalid value: \"{version}\": strconv.ParseUint: parsing \"{version}\": invalid syntax");
        }
    }

    private static ApiException Refused(ResourceDefinition resource, string field, string text)
    {
        return new ApiException(422, "Invalid", $"ListOptions.meta.k8s.io \"\" is invalid: {field}: {text}",
            new JsonObject { ["kind"] = resource.Type.Plural });
    }
}
