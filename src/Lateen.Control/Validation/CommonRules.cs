namespace Lateen.Control.Validation;

using System.Net;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;

/// <summary>Rules that several kinds share.</summary>
internal static class CommonRules
{
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>A DNS name, a short name, an address, or one with a leading <c>*</c>.</summary>
    public static void Host(string host, string path, Findings findings)
    {
        if (host == "*" || IPAddress.TryParse(host, out _))
        {
            return;
        }

        string name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        bool valid = name.Length is > 0 and <= 255 && name.Split('.').All(label => IsDnsLabel(label, allowUnderscore: true));
        if (!valid)
        {
            const string Fix = "use a name such as reviews, reviews.prod.svc.cluster.local or *.example.com";
            findings.Error(Codes.InvalidHost, path, $"\"{host}\" is not a host name", Fix);
        }
    }

    public static bool IsDnsLabel(string label, bool allowUnderscore = false)
    {
        if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }

        return label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-' || (allowUnderscore && c == '_'));
    }

    public static void Duration(TimeSpan? value, string path, Findings findings, bool zeroAllowed = false)
    {
        if (value is null || value >= _shortest || (zeroAllowed && value == TimeSpan.Zero))
        {
            return;
        }

        string fix = zeroAllowed ? "use 0s for no limit, or at least 1ms" : "use at least 1ms";
        findings.Error(Codes.InvalidDuration, path, $"{DurationText.Format(value.Value)} is too short", fix);
    }

    public static void Regex(string? expression, string path, Findings findings)
    {
        if (expression is not null && !Re2.TryCompileFullMatch(expression, out _, out string error))
        {
            string message = $"\"{expression}\" is not a usable RE2 expression: {error}";
            findings.Error(Codes.InvalidRegex, path, message);
        }
    }

    public static void Match(StringMatch? match, string path, Findings findings) =>
        Regex(match?.Regex, FieldPath.Field(path, "regex"), findings);

    /// <summary>RFC 9110 section 5.1: a field name is a token.</summary>
    public static void HeaderName(string name, string path, Findings findings, bool authorityAllowed = false)
    {
        bool isToken = name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));
        if (!isToken && !(authorityAllowed && name == ":authority"))
        {
            findings.Error(Codes.InvalidHeader, path, $"\"{name}\" is not a header name", "use letters, digits and hyphens");
        }
    }

    public static void Headers(HeaderRules? rules, string path, Findings findings)
    {
        Operations(rules?.Request, path + ".request", findings);
        Operations(rules?.Response, path + ".response", findings);
    }

    public static void Destination(Destination? destination, string path, Findings findings)
    {
        if (destination is null)
        {
            findings.Error(Codes.Required, path, "destination is required", "add destination with the host to call");
            return;
        }

        string hostPath = path + ".host";
        if (destination.Host.Length == 0)
        {
            findings.Error(Codes.Required, hostPath, "host is required", "name the Service to call");
        }
        else if (destination.Host == "*")
        {
            findings.Error(Codes.InvalidHost, hostPath, "\"*\" names no Service", "name the Service to call");
        }
        else
        {
            Host(destination.Host, hostPath, findings);
        }

        if (destination.Subset.Length > 0 && !IsSubsetName(destination.Subset))
        {
            findings.Error(Codes.InvalidName, path + ".subset", $"\"{destination.Subset}\" is not a subset name");
        }

        Port(destination.Port, path + ".port", findings);
    }

    public static bool IsSubsetName(string name) => name.Split('.').All(label => IsDnsLabel(label));

    public static void Port(PortSelector? port, string path, Findings findings)
    {
        if (port is { Number: 0 })
        {
            findings.Error(Codes.Required, path + ".number", "number is required", "give a port between 1 and 65535");
        }
    }

    /// <summary>One destination needs no weight; several need a sum above zero.</summary>
    public static void Weights(IReadOnlyList<int> weights, string path, Findings findings)
    {
        if (weights.Count > 1 && weights.Sum(static weight => (long)weight) == 0)
        {
            findings.Error(Codes.Weights, path, "the weights of several destinations add up to 0", "give each its share");
        }

        if (weights.Sum(static weight => (long)weight) > uint.MaxValue)
        {
            findings.Error(Codes.Weights, path, "the weights add up to more than 4294967295", "use smaller weights");
        }
    }

    /// <summary><c>mesh</c>, <c>name</c> or <c>namespace/name</c>.</summary>
    public static void GatewayName(string name, string path, Findings findings)
    {
        string[] parts = name.Split('/');
        bool valid = parts.Length <= 2 && parts.All(static part => part.Length > 0 && part.Split('.').All(l => IsDnsLabel(l)));
        if (!valid)
        {
            findings.Error(Codes.InvalidName, path, $"\"{name}\" is not a gateway", "use mesh, name or namespace/name");
        }
    }

    public static void Labels(ValueMap<string, string> labels, string path, Findings findings)
    {
        foreach (KeyValuePair<string, string> label in labels)
        {
            string name = label.Key.Contains('/') ? label.Key[(label.Key.IndexOf('/') + 1)..] : label.Key;
            if (!IsLabelText(name) || name.Length == 0 || (label.Value.Length > 0 && !IsLabelText(label.Value)))
            {
                string message = $"\"{label.Key}: {label.Value}\" is not a label";
                findings.Error(Codes.InvalidValue, FieldPath.Field(path, label.Key), message, "see Kubernetes' syntax of labels");
            }
        }
    }

    public static void NotYetEnforced(string path, string what, Findings findings) =>
        findings.Error(FieldChecker.NotYetEnforced, path, $"{what} is not yet enforced by this version", "remove it");

    private static bool IsLabelText(string text) =>
        text.Length is > 0 and <= 63
        && char.IsAsciiLetterOrDigit(text[0])
        && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static void Operations(HeaderOperations? operations, string path, Findings findings)
    {
        if (operations is null)
        {
            return;
        }

        Values(operations.Set, path + ".set", findings);
        Values(operations.Add, path + ".add", findings);
        foreach (string name in operations.Add.Keys.Where(IsHost))
        {
            string message = $"\"{name}\" cannot be added to, since a request has one host";
            findings.Error(Codes.InvalidHeader, FieldPath.Field(path + ".add", name), message, "use set");
        }

        for (int i = 0; i < operations.Remove.Count; i++)
        {
            if (IsHost(operations.Remove[i]))
            {
                findings.Error(Codes.InvalidHeader, FieldPath.Item(path + ".remove", i), "a request must keep its host", "use set");
                continue;
            }

            HeaderName(operations.Remove[i], FieldPath.Item(path + ".remove", i), findings);
        }
    }

    private static bool IsHost(string name) => name == ":authority" || name.Equals("host", StringComparison.OrdinalIgnoreCase);

    private static void Values(ValueMap<string, string> headers, string path, Findings findings)
    {
        foreach (KeyValuePair<string, string> header in headers)
        {
            string headerPath = FieldPath.Field(path, header.Key);
            HeaderName(header.Key, headerPath, findings, authorityAllowed: true);
            if (header.Value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            {
                findings.Error(Codes.InvalidHeader, headerPath, "a header's value is a single line", "remove the line breaks");
            }
        }
    }
}
