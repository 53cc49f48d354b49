namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.Cluster;

/// <summary>The API's failures in Kubernetes' words.</summary>
internal static class ApiErrors
{
    public static ApiException NotFound(ResourceDefinition resource, string name)
    {
        return new ApiException(404, "NotFound", $"{resource.QualifiedName} \"{name}\" not found",
            Details(resource, name, plural: true));
    }

    public static ApiException NoSuchResource()
    {
        return new ApiException(404, "NotFound", "the server could not find the requested resource");
    }

    /// <summary>Says which version of the resource is served, where another one is: a bare "not found" would name neither.</summary>
    public static ApiException NoSuchResource(ResourceCatalog catalog, string group, string version, string plural)
    {
        string[] served = [.. catalog.All.Where(r => r.Type.Group == group && r.Type.Plural == plural).Select(static r => r.Type.Version)];
        return served.Length == 0 ? NoSuchResource() : new ApiException(404, "NotFound",
            $"the server could not find the requested resource: {plural} are served here as {group}/{string.Join(", ", served)}, "
            + $"not as {group}/{version}");
    }

    public static ApiException AlreadyExists(ResourceDefinition resource, string name)
    {
        return new ApiException(409, "AlreadyExists", $"{resource.QualifiedName} \"{name}\" already exists",
            Details(resource, name, plural: true));
    }

    public static ApiException Conflict(ResourceDefinition resource, string name, string why)
    {
        return new ApiException(409, "Conflict", $"Operation cannot be fulfilled on {resource.QualifiedName} \"{name}\": {why}",
            Details(resource, name, plural: true));
    }

    public static ApiException StaleVersion(ResourceDefinition resource, string name)
    {
        return Conflict(resource, name,
            "the object has been modified; please apply your changes to the latest version and try again");
    }

    public static ApiException Invalid(ResourceDefinition resource, string name, IReadOnlyList<FieldError> errors)
    {
        string joined = string.Join(", ", errors.Select(error => error.Message).Distinct());
        string text = errors.Count == 1 ? errors[0].Message : $"[{joined}]";
        JsonObject details = Details(resource, name, plural: false);
        var causes = new JsonArray();
        foreach (FieldError error in errors)
        {
            causes.Add(new JsonObject
            {
                ["reason"] = error.Reason,
                ["message"] = error.Detail,
                ["field"] = error.Path.Length == 0 ? "<nil>" : error.Path,
            });
        }

        details["causes"] = causes;
        return new ApiException(422, "Invalid", $"{resource.QualifiedKind} \"{name}\" is invalid: {text}", details);
    }

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Forbidden(string message, JsonObject? details = null) => new(403, "Forbidden", message, details);

    public static ApiException MethodNotAllowed()
    {
        return new ApiException(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    public static ApiException Expired(long wanted, long current)
    {
        return new ApiException(410, "Expired", $"too old resource version: {wanted} ({current})");
    }

    public static ApiException Internal(string message)
    {
        return new ApiException(500, "InternalError", $"Internal error occurred: {message}",
            new JsonObject { ["causes"] = new JsonArray { new JsonObject { ["message"] = message } } });
    }

    private static JsonObject Details(ResourceDefinition resource, string name, bool plural)
    {
        var details = new JsonObject { ["name"] = name };
        if (resource.Type.Group.Length > 0)
        {
            details["group"] = resource.Type.Group;
        }

        details["kind"] = plural ? resource.Type.Plural : resource.Type.Kind;
        return details;
    }
}
