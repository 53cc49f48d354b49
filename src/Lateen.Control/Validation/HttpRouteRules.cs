namespace Lateen.Control.Validation;

using System.Globalization;
using System.Text;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Istio's rules for one HTTP rule of a VirtualService.</summary>
internal static class HttpRouteRules
{
    // Istio's limit on the body of a direct response.
    private const int MaxBodyBytes = 1024 * 1024;

    private static readonly HashSet<string> _retryConditions = new(StringComparer.Ordinal)
    {
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "envoy-ratelimited", "retriable-4xx",
        "refused-stream", "retriable-status-codes", "retriable-headers", "http3-post-connect-failure",
        "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
    };

    public static void Check(HttpRoute route, string path, Findings findings)
    {
        for (int i = 0; i < route.Match.Count; i++)
        {
            CheckMatch(route.Match[i], FieldPath.Item(path + ".match", i), findings);
        }

        CheckAction(route, path, findings);
        CheckDestinations(route.Route, path + ".route", findings);
        CheckRedirect(route.Redirect, path + ".redirect", findings);
        CheckDirectResponse(route.DirectResponse, path + ".directResponse", findings);
        if (route.Rewrite is { Uri: "", Authority: "" })
        {
            findings.Error(Codes.Required, path + ".rewrite", "a rewrite needs uri or authority", "add one of them");
        }

        CommonRules.Duration(route.Timeout, path + ".timeout", findings, zeroAllowed: true);
        CheckRetries(route.Retries, path + ".retries", findings);
        CheckFault(route.Fault, path + ".fault", findings);
        CommonRules.Headers(route.Headers, path + ".headers", findings);
    }

    private static void CheckMatch(HttpMatchRequest match, string path, Findings findings)
    {
        CommonRules.Match(match.Uri, path + ".uri", findings);
        CommonRules.Match(match.Scheme, path + ".scheme", findings);
        CommonRules.Match(match.Method, path + ".method", findings);
        CommonRules.Match(match.Authority, path + ".authority", findings);
        CheckHeaderMatches(match.Headers, path + ".headers", findings);
        CheckHeaderMatches(match.WithoutHeaders, path + ".withoutHeaders", findings);
        foreach (KeyValuePair<string, StringMatch> parameter in match.QueryParams)
        {
            CommonRules.Match(parameter.Value, FieldPath.Field(path + ".queryParams", parameter.Key), findings);
        }

        CommonRules.Labels(match.SourceLabels, path + ".sourceLabels", findings);
        if (match.SourceNamespace.Length > 0 && !CommonRules.IsDnsLabel(match.SourceNamespace))
        {
            findings.Error(Codes.InvalidName, path + ".sourceNamespace", $"\"{match.SourceNamespace}\" is not a namespace");
        }

        bool comparesUri = match.Uri is { Exact: not null } or { Prefix: not null };
        if (match.IgnoreUriCase && !comparesUri)
        {
            findings.Warning(Codes.NoEffect, path + ".ignoreUriCase", "has no effect without an exact or prefix uri");
        }
    }

    private static void CheckHeaderMatches(ValueMap<string, StringMatch> headers, string path, Findings findings)
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
            CommonRules.Match(header.Value, headerPath, findings);
        }
    }

    private static void CheckAction(HttpRoute route, string path, Findings findings)
    {
        int actions = (route.Route.IsEmpty ? 0 : 1) + (route.Redirect is null ? 0 : 1) + (route.DirectResponse is null ? 0 : 1);
        if (actions != 1)
        {
            string message = actions == 0
                ? "a rule needs one of route, redirect and directResponse"
                : "a rule has only one of route, redirect and directResponse";
            findings.Error(Codes.ExactlyOneAction, path, message, actions == 0 ? "add a route" : "split it into several rules");
        }

        if (route.Redirect is not null && route.Rewrite is not null)
        {
            findings.Error(Codes.ExactlyOneAction, path + ".rewrite", "a redirect cannot be rewritten too", "remove rewrite");
        }

        if (route.Redirect is not null && route.Fault is not null)
        {
            findings.Error(Codes.ExactlyOneAction, path + ".fault", "a redirect cannot have a fault too", "remove fault");
        }
    }

    private static void CheckDestinations(ValueList<HttpRouteDestination> destinations, string path, Findings findings)
    {
        for (int i = 0; i < destinations.Count; i++)
        {
            string itemPath = FieldPath.Item(path, i);
            CommonRules.Destination(destinations[i].Destination, itemPath + ".destination", findings);
            CommonRules.Headers(destinations[i].Headers, itemPath + ".headers", findings);
        }

        CommonRules.Weights([.. destinations.Select(destination => destination.Weight)], path, findings);
    }

    private static void CheckRedirect(HttpRedirect? redirect, string path, Findings findings)
    {
        if (redirect is null)
        {
            return;
        }

        if (redirect is { Uri: "", Authority: "", Scheme: "", Port: null })
        {
            findings.Error(Codes.Required, path, "a redirect needs uri, authority, scheme or port", "add one of them");
        }

        if (redirect.RedirectCode is not (0 or 301 or 302 or 303 or 307 or 308))
        {
            string message = $"{redirect.RedirectCode} is not a redirect's status";
            findings.Error(Codes.InvalidValue, path + ".redirectCode", message, "use 301, 302, 303, 307 or 308");
        }

        if (redirect.Scheme is not ("" or "http" or "https"))
        {
            findings.Error(Codes.InvalidValue, path + ".scheme", $"\"{redirect.Scheme}\" is not a scheme", "use http or https");
        }
    }

    private static void CheckDirectResponse(HttpDirectResponse? response, string path, Findings findings)
    {
        if (response is null)
        {
            return;
        }

        if (response.Status is < 200 or > 599)
        {
            findings.Error(Codes.Required, path + ".status", "status is required", "give a status between 200 and 599");
        }

        int bytes = Encoding.UTF8.GetByteCount(response.Body?.String ?? "");
        if (response.Body?.Bytes is string base64)
        {
            byte[] decoded = new byte[base64.Length];
            if (!Convert.TryFromBase64String(base64, decoded, out bytes))
            {
                findings.Error(Codes.InvalidValue, path + ".body.bytes", "is not base64", "use body.string for plain text");
            }
        }

        if (bytes > MaxBodyBytes)
        {
            findings.Error(Codes.InvalidValue, path + ".body", $"is larger than {MaxBodyBytes} bytes");
        }
    }

    private static void CheckRetries(HttpRetry? retries, string path, Findings findings)
    {
        if (retries is null)
        {
            return;
        }

        if (retries.Attempts == 0 && retries is not { RetryOn: "", PerTryTimeout: null, Backoff: null })
        {
            findings.Error(Codes.NoEffect, path, "attempts is 0, which switches retries off", "give attempts, or nothing else");
        }

        CommonRules.Duration(retries.PerTryTimeout, path + ".perTryTimeout", findings, zeroAllowed: true);
        CommonRules.Duration(retries.Backoff, path + ".backoff", findings);
        const StringSplitOptions Split = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (string condition in retries.RetryOn.Split(',', Split))
        {
            bool isStatus = int.TryParse(condition, NumberStyles.None, CultureInfo.InvariantCulture, out int status)
                && status is >= 100 and <= 599;
            if (!isStatus && !_retryConditions.Contains(condition))
            {
                string? nearest = NearestName.Find(condition, _retryConditions);
                string fix = nearest is null ? "use words such as 5xx, connect-failure or 503" : $"did you mean \"{nearest}\"?";
                findings.Error(Codes.InvalidValue, path + ".retryOn", $"\"{condition}\" is not a retry condition", fix);
            }
        }
    }

    private static void CheckFault(HttpFaultInjection? fault, string path, Findings findings)
    {
        if (fault is null)
        {
            return;
        }

        if (fault is { Delay: null, Abort: null })
        {
            findings.Error(Codes.Required, path, "a fault needs delay or abort", "add one of them");
        }

        if (fault.Delay is not null)
        {
            CommonRules.Duration(fault.Delay.FixedDelay ?? TimeSpan.Zero, path + ".delay.fixedDelay", findings);
            if (fault.Delay.Percent is not null)
            {
                findings.Warning(Codes.Deprecated, path + ".delay.percent", "percent is deprecated", "use percentage.value");
            }
        }

        if (fault.Abort is { HttpStatus: null })
        {
            findings.Error(Codes.Required, path + ".abort.httpStatus", "httpStatus is required", "give a status from 200 to 599");
        }
    }
}
