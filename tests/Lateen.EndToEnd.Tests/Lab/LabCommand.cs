namespace Lateen.EndToEnd.Tests.Lab;

/// <summary>One command of a lab, the output that the lab shows for it, and the range its numbers may lie in.</summary>
internal sealed record LabCommand(string Text, IReadOnlyList<string> Output, (long Least, long Most)? Numbers, int Line)
{
    private static readonly string[] Changing =
    [
        "kubectl apply", "kubectl create", "kubectl delete", "kubectl label", "kubectl patch", "kubectl rollout", "kubectl scale", "kubectl wait",
        "kubectl replace", "helm install", "helm upgrade", "helm rollback", "helm uninstall", "helm repo", "lateen up", "lateen down", "export",
    ];

    /// <summary>A command that only looks: what it sees may need a moment, so it can be asked again.</summary>
    public bool OnlyLooks => !Changing.Any(c => Text.StartsWith(c, StringComparison.Ordinal));
}
