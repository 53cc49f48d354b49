namespace Lateen.Control.Validation;

using System.Globalization;
using System.Text.RegularExpressions;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;
using Lateen.Control.Translation.Routes;

/// <summary>Istio's rules for what an HTTP rule does on the way: retries, faults, mirrors, cross-origin rules, rewrites.</summary>
internal static class HttpTrafficRules
{
    private static readonly HashSet<string> _retryConditions = new(StringComparer.Ordinal)
    {
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "envoy-ratelimited", "retriable-4xx",
        "refused-stream", "retriable-status-codes", "retriable-headers", "http3-post-connect-failure",
        "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
    };

    private static readonly HashSet<string> _methods = new(StringComparer.Ordinal)
    {
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*",
    };

    public static void Rewrite(HttpRewrite? rewrite, string path, Findings findings)
    {
        if (rewrite is { Uri: "", Authority: "", UriRegexRewrite: null })
        {
            findings.Error(
                Codes.Required, path, "a rewrite needs uri, uriRegexRewrite or authority", "add one of them");
        }

        if (rewrite?.UriRegexRewrite is not { Match.Length: > 0 } regex)
        {
            return;
        }

        string regexPath = path + ".uriRegexRewrite";
        CommonRules.Regex(regex.Match, regexPath + ".match", findings);
        if (regex.Rewrite.Length == 0)
        {
            findings.Error(Codes.Required, regexPath + ".rewrite", "rewrite is required", "write what the match becomes");
        }

        if (Re2.TryCompileFullMatch(regex.Match, out Regex? compiled, out _))
        {
            CheckGroups(regex.Rewrite, compiled.GetGroupNumbers().Max(), regexPath + ".rewrite", findings);
        }
    }

    public static void Mirroring(HttpRoute route, string path, Findings findings)
    {
        if (route.Mirror is not null)
        {
            CommonRules.Destination(route.Mirror, path + ".mirror", findings);
            if (!route.Mirrors.IsEmpty)
            {
                findings.Error(Codes.ExactlyOneAction, path + ".mirrors", "mirror and mirrors exclude each other", "use mirrors alone");
            }
        }

        for (int i = 0; i < route.Mirrors.Count; i++)
        {
            string item = FieldPath.Item(path + ".mirrors", i);
            CommonRules.Destination(route.Mirrors[i].Destination, item + ".destination", findings);
        }

        if (route.MirrorPercent is not null)
        {
            findings.Warning(Codes.Deprecated, path + ".mirrorPercent", "mirrorPercent is deprecated", "use mirrorPercentage.value");
        }

        if (route.Mirror is null && (route.MirrorPercentage ?? (object?)route.MirrorPercent) is not null)
        {
            string field = route.MirrorPercentage is null ? ".mirrorPercent" : ".mirrorPercentage";
            findings.Warning(Codes.NoEffect, path + field, "has no effect without mirror", "add mirror, or use mirrors");
        }
    }

    public static void Retries(HttpRetry? retries, string path, Findings findings)
    {
        if (retries is null)
        {
            return;
        }

        if (retries.Attempts == 0 && retries != new HttpRetry())
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

    public static void Fault(HttpFaultInjection? fault, string path, Findings findings)
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

        switch (fault.Abort)
        {
            case { HttpStatus: null, GrpcStatus: null }:
                const string Fix = "give a status from 200 to 599, or grpcStatus";
                findings.Error(Codes.Required, path + ".abort.httpStatus", "httpStatus or grpcStatus is required", Fix);
                break;
            case { GrpcStatus: { } status } when !GrpcStatus.TryParse(status, out _):
                string? nearest = NearestName.Find(status, GrpcStatus.Names);
                string fix = nearest is null ? "use a name such as UNAVAILABLE" : $"did you mean \"{nearest}\"?";
                findings.Error(Codes.InvalidValue, path + ".abort.grpcStatus", $"\"{status}\" is not a gRPC status", fix);
                break;
            default:
                break;
        }
    }

    public static void Cors(CorsPolicy? policy, string path, Findings findings)
    {
        if (policy is null)
        {
            return;
        }

        for (int i = 0; i < policy.AllowOrigins.Count; i++)
        {
            CommonRules.Match(policy.AllowOrigins[i], FieldPath.Item(path + ".allowOrigins", i), findings);
        }

        if (!policy.AllowOrigin.IsEmpty)
        {
            findings.Warning(Codes.Deprecated, path + ".allowOrigin", "allowOrigin is deprecated", "use allowOrigins");
        }

        if (policy.AllowOrigin.IsEmpty && policy.AllowOrigins.IsEmpty)
        {
            findings.Warning(Codes.NoEffect, path + ".allowOrigins", "without origins nobody else may call", "add allowOrigins");
        }

        for (int i = 0; i < policy.AllowMethods.Count; i++)
        {
            if (!_methods.Contains(policy.AllowMethods[i]))
            {
                string message = $"\"{policy.AllowMethods[i]}\" is not an HTTP method";
                findings.Error(
                    Codes.InvalidValue, FieldPath.Item(path + ".allowMethods", i), message, "use GET, POST, … in capital letters");
            }
        }

        Names(policy.AllowHeaders, path + ".allowHeaders", findings);
        Names(policy.ExposeHeaders, path + ".exposeHeaders", findings);
        if (policy.MaxAge is { } age && (age < TimeSpan.Zero || age.Ticks % TimeSpan.TicksPerSecond != 0))
        {
            findings.Error(Codes.InvalidDuration, path + ".maxAge", "must be whole seconds", "write for example 24h or 600s");
        }
    }

    public static void Delegation(HttpRoute route, string path, Findings findings)
    {
        if (route.Delegate is not { } target)
        {
            return;
        }

        if (target.Name.Length > 0 && !target.Name.Split('.').All(label => CommonRules.IsDnsLabel(label)))
        {
            findings.Error(Codes.InvalidName, path + ".delegate.name", $"\"{target.Name}\" is not the name of a VirtualService");
        }

        if (target.Namespace.Length > 0 && !CommonRules.IsDnsLabel(target.Namespace))
        {
            findings.Error(Codes.InvalidName, path + ".delegate.namespace", $"\"{target.Namespace}\" is not a namespace");
        }
    }

    private static void Names(ValueList<string> names, string path, Findings findings)
    {
        for (int i = 0; i < names.Count; i++)
        {
            CommonRules.HeaderName(names[i], FieldPath.Item(path, i), findings);
        }
    }

    // RE2's \1 names a group, \0 the whole match; a group that the expression lacks would make the proxy refuse the route.
    private static void CheckGroups(string rewrite, int groups, string path, Findings findings)
    {
        for (int i = 0; i + 1 < rewrite.Length; i++)
        {
            if (rewrite[i] != '\\')
            {
                continue;
            }

            char next = rewrite[++i];
            if (next != '\\' && !char.IsAsciiDigit(next))
            {
                findings.Error(Codes.InvalidRegex, path, $"\"\\{next}\" is not a group", "use \\1 to \\9, or \\\\ for a backslash");
            }
            else if (char.IsAsciiDigit(next) && next - '0' > groups)
            {
                findings.Error(Codes.InvalidRegex, path, $"\"\\{next}\" is used, but the match has {groups} groups");
            }
        }
    }
}
