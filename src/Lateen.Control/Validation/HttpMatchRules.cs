namespace Lateen.Control.Validation;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Istio's rules for the conditions of an HTTP rule.</summary>
internal static class HttpMatchRules
{
    // Istio takes this for "any value", though it is no RE2 expression.
    private const string AnyValue = "*";

    public static void Check(HttpMatchRequest match, string path, Findings findings)
    {
        CommonRules.Match(match.Uri, path + ".uri", findings);
        CheckEmpty(match.Uri, path + ".uri", findings);
        CommonRules.Match(match.Scheme, path + ".scheme", findings);
        CommonRules.Match(match.Method, path + ".method", findings);
        CommonRules.Match(match.Authority, path + ".authority", findings);
        CheckHeaders(match.Headers, path + ".headers", findings);
        CheckHeaders(match.WithoutHeaders, path + ".withoutHeaders", findings);
        foreach (KeyValuePair<string, StringMatch> parameter in match.QueryParams)
        {
            CheckValue(parameter.Value, FieldPath.Field(path + ".queryParams", parameter.Key), findings);
        }

        foreach ((string name, _) in match.Headers)
        {
            if (match.WithoutHeaders.TryGetValue(name, out StringMatch? without) && without == match.Headers[name])
            {
                string message = $"the header \"{name}\" must match and must not match, so this condition never holds";
                findings.Warning(Codes.NeverReached, FieldPath.Field(path + ".withoutHeaders", name), message, "remove one of them");
            }
        }

        CommonRules.Labels(match.SourceLabels, path + ".sourceLabels", findings);
        if (match.SourceNamespace.Length > 0 && !CommonRules.IsDnsLabel(match.SourceNamespace))
        {
            findings.Error(Codes.InvalidName, path + ".sourceNamespace", $"\"{match.SourceNamespace}\" is not a namespace");
        }

        for (int i = 0; i < match.Gateways.Count; i++)
        {
            CommonRules.GatewayName(match.Gateways[i], FieldPath.Item(path + ".gateways", i), findings);
        }

        bool comparesUri = match.Uri is { Exact: not null } or { Prefix: not null };
        if (match.IgnoreUriCase && !comparesUri)
        {
            findings.Warning(Codes.NoEffect, path + ".ignoreUriCase", "has no effect without an exact or prefix uri");
        }
    }

    /// <summary>Warns of rules and conditions that an earlier one leaves nothing to.</summary>
    public static void CheckReach(ValueList<HttpRoute> rules, Findings findings)
    {
        int? catchAll = null;
        var seen = new Dictionary<HttpMatchRequest, string>();
        for (int i = 0; i < rules.Count; i++)
        {
            string path = FieldPath.Item("spec.http", i);
            if (catchAll is int above)
            {
                string message = $"this rule is never reached: rule {above} above it matches every request";
                findings.Warning(Codes.NeverReached, path, message, "move it up");
                continue;
            }

            for (int m = 0; m < rules[i].Match.Count; m++)
            {
                HttpMatchRequest match = rules[i].Match[m] with { Name = "", StatPrefix = null };
                string matchPath = FieldPath.Item(path + ".match", m);
                if (!seen.TryAdd(match, matchPath))
                {
                    string message = $"this condition is never reached: it is the same as {seen[match]}";
                    findings.Warning(Codes.NeverReached, matchPath, message, "remove one of them");
                }
                else if (CoveringPrefix(match, seen) is { } covering)
                {
                    string message = $"this condition is never reached: the prefix of {covering} takes its requests";
                    findings.Warning(Codes.NeverReached, matchPath, message, "move it above that rule");
                }
            }

            if (rules[i].Match.IsEmpty || rules[i].Match.Any(TakesEverything))
            {
                catchAll = i;
            }
        }
    }

    // An earlier condition on nothing but a prefix of this one's path.
    private static string? CoveringPrefix(HttpMatchRequest match, Dictionary<HttpMatchRequest, string> seen)
    {
        string? path = match.Uri?.Exact ?? match.Uri?.Prefix;
        foreach ((HttpMatchRequest earlier, string where) in seen)
        {
            bool prefixOnly = earlier.Uri is { Prefix: not null } && !earlier.IgnoreUriCase
                && earlier == new HttpMatchRequest { Uri = earlier.Uri };
            if (prefixOnly && earlier.Uri != match.Uri && path is not null && !match.IgnoreUriCase
                && path.StartsWith(earlier.Uri?.Prefix ?? "", StringComparison.Ordinal))
            {
                return where;
            }
        }

        return null;
    }

    private static bool TakesEverything(HttpMatchRequest match) =>
        match with { Name = "", StatPrefix = null, Uri = null } == new HttpMatchRequest() && match.Uri is null or { Prefix: "/" };

    private static void CheckHeaders(ValueMap<string, StringMatch> headers, string path, Findings findings)
    {
        foreach (KeyValuePair<string, StringMatch> header in headers)
        {
            string headerPath = FieldPath.Field(path, header.Key);
            if (header.Key.StartsWith("@request.", StringComparison.Ordinal))
            {
                CommonRules.NotYetEnforced(headerPath, "routing by claims of a token", findings);
                continue;
            }

            CommonRules.HeaderName(header.Key, headerPath, findings);
            if (string.Equals(header.Key, "uri", StringComparison.OrdinalIgnoreCase))
            {
                findings.Warning(Codes.NoEffect, headerPath, "is a header called uri, not the path", "use match.uri for the path");
            }

            CheckValue(header.Value, headerPath, findings);
        }
    }

    private static void CheckValue(StringMatch? value, string path, Findings findings)
    {
        if (value?.Regex != AnyValue)
        {
            CommonRules.Match(value, path, findings);
        }
    }

    private static void CheckEmpty(StringMatch? match, string path, Findings findings)
    {
        if (match is { Exact: "" } or { Prefix: "" } or { Regex: "" })
        {
            string field = match.Exact is not null ? "exact" : match.Prefix is not null ? "prefix" : "regex";
            findings.Error(Codes.Required, FieldPath.Field(path, field), "an empty path matches no request", "give a path such as /");
        }
    }
}
