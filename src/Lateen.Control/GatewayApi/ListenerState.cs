namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Control.Config;
using Lateen.Control.Status;

/// <summary>A listener while a conversion goes on: what is wrong with it, and which routes came.</summary>
internal sealed class ListenerState(ConfigObject<DeclaredGateway> gateway, Listener listener)
{
    public Listener Listener { get; } = listener;

    public ConfigObject<DeclaredGateway> Gateway { get; } = gateway;

    public string InternalName { get; } = GatewayNames.OfListener(gateway.Key.Name, listener.Name);

    public string FullInternalName => Gateway.Key.Namespace + "/" + InternalName;

    public HostName Host { get; } = new(listener.Hostname.Length > 0 ? listener.Hostname : "*");

    /// <summary>Kinds of routes that it takes.</summary>
    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>Why it serves nobody; null when it does.</summary>
    public (string Reason, string Message)? Refusal { get; init; }

    public (string Reason, string Message)? Conflict { get; set; }

    /// <summary>What it refers to and is not there, or may not be referred to.</summary>
    public (string Reason, string Message)? Unresolved { get; init; }

    public bool Serves => Refusal is null && Conflict is null;

    public HashSet<ResourceKey> Routes { get; } = [];

    public IEnumerable<ConditionStatus> Conditions()
    {
        yield return Serves
            ? new ConditionStatus("Accepted", true, "Accepted", "the listener is valid")
            : Failed("Accepted", Refusal ?? Conflict);
        yield return Conflict is { } conflict
            ? new ConditionStatus("Conflicted", true, conflict.Reason, conflict.Message)
            : new ConditionStatus("Conflicted", false, "NoConflicts", "no other listener wants the same");
        yield return Unresolved is { } unresolved
            ? Failed("ResolvedRefs", unresolved)
            : new ConditionStatus("ResolvedRefs", true, "ResolvedRefs", "everything the listener names exists");
        yield return Serves
            ? new ConditionStatus("Programmed", true, "Programmed", "the listener is served")
            : new ConditionStatus("Programmed", false, "Invalid", "the listener is not accepted");
    }

    private static ConditionStatus Failed(string type, (string Reason, string Message)? problem) =>
        new(type, false, problem?.Reason ?? "", problem?.Message ?? "");
}
