namespace Lateen.Control.Translation.Routes;

using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Lateen.Api.Resources.Networking;
using Mirror = Envoy.Config.Route.V3.RouteAction.Types.RequestMirrorPolicy;

/// <summary>Destinations that get copies of requests.</summary>
internal static class Mirrors
{
    /// <summary>The rule's mirror in its old form, then the list, with shares; those that get nothing are left out.</summary>
    public static IEnumerable<HttpMirrorPolicy> Of(HttpRoute rule)
    {
        IEnumerable<HttpMirrorPolicy> single = rule.Mirror is null
            ? []
            : [new HttpMirrorPolicy { Destination = rule.Mirror, Percentage = ShareOf(rule) }];
        return single.Concat(rule.Mirrors).Where(each => each.Percentage is not { Value: 0 });
    }

    /// <summary>Adds the policies; clusters are in the order of <see cref="Of"/>.</summary>
    public static void Apply(RuleInputs inputs, RouteAction action)
    {
        int next = 0;
        foreach (HttpMirrorPolicy policy in Of(inputs.Rule))
        {
            action.RequestMirrorPolicies.Add(new Mirror
            {
                Cluster = inputs.Mirrors[next++],
                RuntimeFraction = new RuntimeFractionalPercent { DefaultValue = Faults.ShareOf(policy.Percentage) },
                TraceSampled = false,
                // Since 1.28 Istio leaves the host as it is.
                DisableShadowHostSuffixAppend = true,
            });
        }
    }

    private static Percent? ShareOf(HttpRoute rule) =>
        rule.MirrorPercentage ?? (rule.MirrorPercent is { } whole ? new Percent { Value = whole } : null);
}
