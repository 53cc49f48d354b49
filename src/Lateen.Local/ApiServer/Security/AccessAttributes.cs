namespace Lateen.Local.ApiServer.Security;

/// <summary>One question to RBAC: a verb on a resource (subresource as "pods/log") or on a path.</summary>
internal sealed record AccessAttributes(string Verb, string Group, string Resource, string? Namespace, string? Name,
    string? Path);
