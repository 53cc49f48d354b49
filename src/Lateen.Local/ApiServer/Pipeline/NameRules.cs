namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>Names, labels and annotations (RFC 1123 and Kubernetes' qualified names).</summary>
internal static partial class NameRules
{
    private const string SubdomainText =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
        + "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string LabelText =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must "
        + "start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string Label1035Text =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
        + "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
        + "validation is "
        + "'[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string LabelValueText =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
        + "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
        + "for validation "
        + "is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string QualifiedText =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
        + "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    public static void Check(ResourceDefinition resource, JsonObject obj, List<FieldError> errors)
    {
        CheckName(resource, obj.Name(), errors);
        foreach ((string key, JsonNode? value) in obj.Obj("metadata", "labels") ?? [])
        {
            CheckQualified("metadata.labels", key, errors);
            string text = value.AsText() ?? "";
            if (text.Length > 63)
            {
                errors.Add(FieldError.InvalidText("metadata.labels", text, "must be no more than 63 bytes"));
            }
            else if (!LabelValue().IsMatch(text))
            {
                errors.Add(FieldError.InvalidText("metadata.labels", text, LabelValueText));
            }
        }

        foreach ((string key, JsonNode? _) in obj.Obj("metadata", "annotations") ?? [])
        {
            CheckQualified("metadata.annotations", key, errors);
        }
    }

    public static bool IsLabel(string name) => name.Length <= 63 && Label().IsMatch(name);

    public static bool IsSubdomain(string name) => name.Length <= 253 && Subdomain().IsMatch(name);

    private static void CheckName(ResourceDefinition resource, string name, List<FieldError> errors)
    {
        // RBAC names may hold anything that fits a path segment ("system:masters").
        if (resource.Type.Group == "rbac.authorization.k8s.io")
        {
            if (name is "." or ".." || name.Contains('/') || name.Contains('%'))
            {
                errors.Add(FieldError.InvalidText("metadata.name", name,
                    "may not be '.' or '..' and may not contain '/' or '%'"));
            }

            return;
        }

        (Regex pattern, int limit, string text) = resource.Type switch
        {
            { Group: "", Plural: "namespaces" } => (Label(), 63, LabelText),
            { Group: "", Plural: "services" } => (Label1035(), 63, Label1035Text),
            _ => (Subdomain(), 253, SubdomainText),
        };
        if (name.Length > limit)
        {
            errors.Add(FieldError.InvalidText("metadata.name", name, $"must be no more than {limit} bytes"));
        }
        else if (!pattern.IsMatch(name))
        {
            errors.Add(FieldError.InvalidText("metadata.name", name, text));
        }
    }

    private static void CheckQualified(string path, string key, List<FieldError> errors)
    {
        int slash = key.IndexOf('/');
        string prefix = slash < 0 ? "" : key[..slash];
        string name = key[(slash + 1)..];
        if (slash >= 0 && !IsSubdomain(prefix.ToLowerInvariant()))
        {
            errors.Add(FieldError.InvalidText(path, key, $"prefix part {SubdomainText}"));
        }

        if (name.Length > 63)
        {
            errors.Add(FieldError.InvalidText(path, key, "name part must be no more than 63 bytes"));
        }
        else if (!QualifiedName().IsMatch(name))
        {
            errors.Add(FieldError.InvalidText(path, key, QualifiedText));
        }
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label1035();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"\A(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z")]
    private static partial Regex LabelValue();

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex QualifiedName();
}
