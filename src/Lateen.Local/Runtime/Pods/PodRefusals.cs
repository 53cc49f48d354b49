namespace Lateen.Local.Runtime.Pods;

using System.Text.Json.Nodes;

/// <summary>Names what a pod asks for that the local cluster never grants: it runs as root on somebody's machine.</summary>
internal static class PodRefusals
{
    private static readonly string[] Volumes = ["emptyDir", "configMap", "secret", "projected", "downwardAPI", "hostPath"];

    internal static string? Find(JsonObject pod)
    {
        JsonNode? spec = pod.At("spec");
        foreach (string flag in new[] { "hostNetwork", "hostPID", "hostIPC" })
        {
            if (spec.Flag(flag))
            {
                return $"spec.{flag} is refused: pods of the local cluster never enter the host's namespaces";
            }
        }

        foreach (JsonObject volume in spec.Items("volumes"))
        {
            if (volume.At("hostPath") is not null && !NodeFolders.MayMount(pod, volume))
            {
                return $"volume \"{volume.Text("name")}\" is refused: hostPath would show the host's files; use emptyDir, configMap or secret";
            }

            if (!Volumes.Any(kind => volume.At(kind) is not null) && volume.Count > 1)
            {
                string kind = volume.Select(static pair => pair.Key).First(static key => key != "name");
                return $"volume \"{volume.Text("name")}\" is refused: the local cluster has no volumes of type {kind}";
            }
        }

        foreach (JsonObject container in spec.Items("initContainers").Concat(spec.Items("containers")))
        {
            JsonNode? security = container.At("securityContext");
            if (security.Flag("privileged"))
            {
                return $"container \"{container.Text("name")}\" is refused: privileged containers could change the host";
            }

            foreach (string capability in security.Texts("capabilities", "add"))
            {
                if (capability is not ("NET_ADMIN" or "NET_RAW" or "NET_BIND_SERVICE"))
                {
                    return $"container \"{container.Text("name")}\" is refused: capability {capability} reaches beyond the pod's network "
                        + "(allowed are NET_ADMIN, NET_RAW and NET_BIND_SERVICE)";
                }
            }
        }

        return null;
    }
}
