namespace Lateen.Control.Validation;

using System.Text;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Istio's rules for one HTTP rule of a VirtualService.</summary>
internal static class HttpRouteRules
{
    // Istio's limit on the body of a direct response.
    private const int MaxBodyBytes = 1024 * 1024;

    public static void Check(HttpRoute route, string path, Findings findings)
    {
        for (int i = 0; i < route.Match.Count; i++)
        {
            HttpMatchRules.Check(route.Match[i], FieldPath.Item(path + ".match", i), findings);
        }

        CheckAction(route, path, findings);
        CheckDestinations(route.Route, path + ".route", findings);
        CheckRedirect(route.Redirect, path + ".redirect", findings);
        CheckDirectResponse(route.DirectResponse, path + ".directResponse", findings);
        HttpTrafficRules.Rewrite(route.Rewrite, path + ".rewrite", findings);
        CommonRules.Duration(route.Timeout, path + ".timeout", findings, zeroAllowed: true);
        HttpTrafficRules.Retries(route.Retries, path + ".retries", findings);
        HttpTrafficRules.Fault(route.Fault, path + ".fault", findings);
        HttpTrafficRules.Mirroring(route, path, findings);
        HttpTrafficRules.Cors(route.CorsPolicy, path + ".corsPolicy", findings);
        HttpTrafficRules.Delegation(route, path, findings);
        CommonRules.Headers(route.Headers, path + ".headers", findings);
    }

    private static void CheckAction(HttpRoute route, string path, Findings findings)
    {
        (string Name, bool Given)[] actions =
        [
            ("route", !route.Route.IsEmpty), ("redirect", route.Redirect is not null),
            ("directResponse", route.DirectResponse is not null), ("delegate", route.Delegate is not null),
        ];
        string[] given = [.. actions.Where(action => action.Given).Select(action => action.Name)];
        const string All = "route, redirect, directResponse and delegate";
        if (given.Length == 0)
        {
            findings.Error(Codes.ExactlyOneAction, path, $"a rule needs one of {All}", "add a route");
        }
        else if (given.Length > 1)
        {
            string message = $"a rule has only one of {All}, not {string.Join(" and ", given)}";
            findings.Error(Codes.ExactlyOneAction, path, message, "split it into several rules");
        }

        if (route.Redirect is not null && route.Rewrite is not null)
        {
            findings.Error(Codes.ExactlyOneAction, path + ".rewrite", "a redirect cannot be rewritten too", "remove rewrite");
        }

        if (route.Redirect is not null && route.Fault is not null)
        {
            findings.Error(Codes.ExactlyOneAction, path + ".fault", "a redirect cannot have a fault too", "remove fault");
        }

        if (route.Redirect is not null || route.DirectResponse is not null)
        {
            CheckIdle(route, path, findings);
        }
    }

    // Legal, but nothing is forwarded, so nothing is retried, mirrored or timed out.
    private static void CheckIdle(HttpRoute route, string path, Findings findings)
    {
        (string Name, bool Given)[] fields =
        [
            ("timeout", route.Timeout is not null), ("retries", route.Retries is not null),
            ("mirror", route.Mirror is not null), ("mirrors", !route.Mirrors.IsEmpty),
            ("rewrite", route.DirectResponse is not null && route.Rewrite is not null),
        ];
        foreach ((string name, _) in fields.Where(field => field.Given))
        {
            string message = $"{name} has no effect on an answer that the proxy gives itself";
            findings.Warning(Codes.NoEffect, FieldPath.Field(path, name), message, "remove it");
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

        if (redirect is { Uri: "", PrefixRewrite: "", Authority: "", Scheme: "", Port: null, DerivePort: null })
        {
            const string Message = "a redirect needs uri, prefixRewrite, authority, scheme, port or derivePort";
            findings.Error(Codes.Required, path, Message, "add one of them");
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
}
