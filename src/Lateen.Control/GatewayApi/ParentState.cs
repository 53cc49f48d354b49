namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Control.Status;

/// <summary>What one parent says of a route.</summary>
/// <param name="Reference">The parent, as the route names it.</param>
/// <param name="Conditions">Accepted and ResolvedRefs.</param>
public sealed record ParentState(ParentReference Reference, ValueList<ConditionStatus> Conditions)
{
    internal static ParentState Of(ParentReference reference, (string Reason, string Message)? refusal, Problems problems) => new(
        reference,
        [
            refusal is { } why
                ? new ConditionStatus("Accepted", false, why.Reason, why.Message)
                : new ConditionStatus("Accepted", true, "Accepted", "the route is valid and attached"),
            problems.None
                ? new ConditionStatus("ResolvedRefs", true, "ResolvedRefs", "everything the route names exists")
                : new ConditionStatus("ResolvedRefs", false, problems.Reason, problems.Message),
        ]);
}
