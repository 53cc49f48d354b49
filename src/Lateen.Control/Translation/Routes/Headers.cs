namespace Lateen.Control.Translation.Routes;

using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.Collections;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;

/// <summary>Header operations of rules and destinations.</summary>
internal static class Headers
{
    public static void Apply(HeaderRules? rules, Route route)
    {
        Add(rules?.Request, route.RequestHeadersToAdd, route.RequestHeadersToRemove);
        Add(rules?.Response, route.ResponseHeadersToAdd, route.ResponseHeadersToRemove);
    }

    public static void Apply(HeaderRules? rules, WeightedCluster.Types.ClusterWeight share)
    {
        Add(rules?.Request, share.RequestHeadersToAdd, share.RequestHeadersToRemove);
        Add(rules?.Response, share.ResponseHeadersToAdd, share.ResponseHeadersToRemove);
        if (HostOf(rules) is { } host)
        {
            share.HostRewriteLiteral = host;
        }
    }

    /// <summary>Setting the host header means rewriting the host, unless the rule rewrites it already.</summary>
    public static void RewriteHost(HeaderRules? rules, RouteAction action)
    {
        if (HostOf(rules) is { } host
            && action.HostRewriteSpecifierCase is RouteAction.HostRewriteSpecifierOneofCase.None)
        {
            action.HostRewriteLiteral = host;
        }
    }

    private static string? HostOf(HeaderRules? rules)
    {
        foreach ((string name, string value) in rules?.Request?.Set ?? ValueMap<string, string>.Empty)
        {
            if (IsHost(name))
            {
                return value;
            }
        }

        return null;
    }

    private static bool IsHost(string name) =>
        name == ":authority" || string.Equals(name, "host", StringComparison.OrdinalIgnoreCase);

    private static void Add(
        HeaderOperations? operations, RepeatedField<HeaderValueOption> toAdd, RepeatedField<string> toRemove)
    {
        if (operations is null)
        {
            return;
        }

        foreach ((string name, string value) in operations.Set)
        {
            if (!IsHost(name))
            {
                toAdd.Add(Option(name, value, HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd));
            }
        }

        foreach ((string name, string value) in operations.Add)
        {
            toAdd.Add(Option(name, value, HeaderValueOption.Types.HeaderAppendAction.AppendIfExistsOrAdd));
        }

        toRemove.AddRange(operations.Remove);
    }

    private static HeaderValueOption Option(string name, string value, HeaderValueOption.Types.HeaderAppendAction action) => new()
    {
        Header = new HeaderValue { Key = name, Value = value },
        AppendAction = action,
    };
}
