namespace Lateen.Local.ApiServer.Admission;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.Store;

/// <summary>Gives each pod its service account and the projected volume with token, CA and namespace.</summary>
internal sealed class ServiceAccountAdmission(ObjectStore store)
{
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const int TokenSeconds = 3607;

    public void Mutate(AdmissionRequest request)
    {
        if (request is not { Operation: "CREATE", Subresource: "", Resource.Type: { Group: "", Plural: "pods" },
            Object: { } pod })
        {
            return;
        }

        JsonObject spec = pod.Ensure("spec");
        string account = spec.Str("serviceAccountName") is { Length: > 0 } name ? name : "default";
        StoredObject? found = store.Get(new ObjectKey("serviceaccounts", request.Namespace, account));
        if (found is null)
        {
            throw ApiErrors.Forbidden($"pods \"{request.Name}\" is forbidden: error looking up service account "
                + $"{request.Namespace}/{account}: serviceaccount \"{account}\" not found");
        }

        spec["serviceAccountName"] = account;
        spec["serviceAccount"] = account;
        JsonNode? automount = spec["automountServiceAccountToken"] ?? found.Value["automountServiceAccountToken"];
        if (automount?.ToJsonString() == "false")
        {
            return;
        }

        MountToken(spec);
    }

    private static void MountToken(JsonObject spec)
    {
        string volume = ObjectMetadata.GenerateName("kube-api-access-");
        bool used = false;
        foreach (JsonObject container in PodDefaults.Containers(spec))
        {
            if (container["volumeMounts"] is not JsonArray mounts)
            {
                container["volumeMounts"] = mounts = [];
            }

            if (mounts.Objects().Any(mount => mount.Str("mountPath") == MountPath))
            {
                continue;
            }

            mounts.Add(new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = MountPath });
            used = true;
        }

        if (!used)
        {
            return;
        }

        if (spec["volumes"] is not JsonArray volumes)
        {
            spec["volumes"] = volumes = [];
        }

        volumes.Add(TokenVolume(volume));
    }

    private static JsonObject TokenVolume(string name)
    {
        return new JsonObject
        {
            ["name"] = name,
            ["projected"] = new JsonObject
            {
                ["sources"] = new JsonArray
                {
                    new JsonObject { ["serviceAccountToken"] =
                        new JsonObject { ["expirationSeconds"] = TokenSeconds, ["path"] = "token" } },
                    new JsonObject { ["configMap"] = new JsonObject
                    {
                        ["name"] = "kube-root-ca.crt",
                        ["items"] = new JsonArray { new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" } },
                    } },
                    new JsonObject { ["downwardAPI"] = new JsonObject { ["items"] = new JsonArray { new JsonObject
                    {
                        ["path"] = "namespace",
                        ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                    } } } },
                },
                ["defaultMode"] = 420,
            },
        };
    }
}
