namespace Lateen.CommandLine;

using System.CommandLine;

/// <summary>Options that several verbs share.</summary>
internal static class Options
{
    public static Option<string> Home() => new("--home")
    {
        Description = "folder of the local cluster's state and logs",
        DefaultValueFactory = _ => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".lateen"),
        HelpName = "DIR",
    };

    public static Option<string> Output(params string[] formats)
    {
        var option = new Option<string>("--output", "-o") { Description = string.Join(" | ", formats), DefaultValueFactory = _ => formats[0] };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }

    public static Option<string?> Kubeconfig() => new("--kubeconfig", "-c")
    {
        Description = "kubeconfig file (default: $KUBECONFIG, then the running local cluster's, then ~/.kube/config)",
        HelpName = "FILE",
    };

    public static Option<string?> Context() => new("--context") { Description = "context of the kubeconfig" };

    public static Option<string> Namespace() => new("--namespace", "-n")
    {
        Description = "namespace of the pod",
        DefaultValueFactory = _ => "default",
    };

    public static Option<string> IstioNamespace() => new("--istioNamespace", "-i")
    {
        Description = "namespace of the control plane",
        DefaultValueFactory = _ => "istio-system",
    };
}
