namespace Lateen.Lateend;

/// <summary>What --help prints.</summary>
internal static class Help
{
    public const string Text = """
        lateend: the Lateen control plane

          lateend discovery [flags]     run it
          lateend request GET PATH      ask the debug endpoint of the one in this pod, for example /debug/syncz
          lateend version

        flags:
          --domain NAME                 the cluster's domain (cluster.local)
          --kubeconfig FILE             the API to use; without it, the pod's service account
          --grpcAddr :15010   --secureGRPCAddr :15012   --httpsAddr :15017   --httpAddr :8080   --monitoringAddr :15014
        """;
}
