namespace Lateen.Local.ApiServer.Security;

/// <summary>An authenticated caller.</summary>
internal sealed record UserIdentity(string Name, string Uid, IReadOnlyList<string> Groups,
    IReadOnlyDictionary<string, string[]> Extra)
{
    /// <summary>The cluster's own controllers: past RBAC, as system:masters is.</summary>
    public static readonly UserIdentity System = new("system:apiserver", "", ["system:masters", "system:authenticated"],
        new Dictionary<string, string[]>());

    public bool IsMaster => Groups.Contains("system:masters");
}
