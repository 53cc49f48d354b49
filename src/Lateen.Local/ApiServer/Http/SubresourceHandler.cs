namespace Lateen.Local.ApiServer.Http;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.Cluster;
using Microsoft.AspNetCore.Http;

/// <summary>Everything below an object but its status.</summary>
internal sealed class SubresourceHandler(ResourcePipeline pipeline, ScaleHandler scale, PodStreams streams, ProxyHandler proxy,
    LocalClusterClient client)
{
    public async Task HandleAsync(HttpContext http, ResourceDefinition resource, ApiRequest request, RequestContext context)
    {
        string ns = request.Namespace ?? "";
        string name = request.Name ?? "";
        switch (resource.Collection, request.Subresource)
        {
            case (_, "scale") when resource.Scale is not null:
                await scale.HandleAsync(http, resource, request, context).ConfigureAwait(false);
                break;
            case ("namespaces", "finalize") when request.Verb == "update":
                await FinalizeAsync(http, resource, name, context).ConfigureAwait(false);
                break;
            case ("serviceaccounts", "token") when request.Verb == "create":
                await TokenAsync(http, resource, ns, name).ConfigureAwait(false);
                break;
            case ("pods", "eviction") when request.Verb == "create":
                await EvictAsync(http, resource, ns, name, context).ConfigureAwait(false);
                break;
            case ("pods", "binding") when request.Verb == "create":
                await BindAsync(http, resource, ns, name, context).ConfigureAwait(false);
                break;
            case ("pods", "log") when request.Verb == "get":
                await streams.LogAsync(http, resource, ns, name).ConfigureAwait(false);
                break;
            case ("pods", "exec" or "attach"):
                await streams.ExecAsync(http, resource, ns, name, request.Subresource == "attach").ConfigureAwait(false);
                break;
            case ("pods", "portforward"):
                throw ApiErrors.BadRequest("port-forward is not served by this cluster (kubectl tunnels SPDY through it); "
                    + "reach a port with "
                    + "a Service of type NodePort or LoadBalancer, or with kubectl get --raw …/pods/NAME:PORT/proxy/");
            case ("pods" or "services", "proxy"):
                await proxy.HandleAsync(http, resource, request).ConfigureAwait(false);
                break;
            default:
                throw ApiErrors.NoSuchResource();
        }
    }

    private async Task FinalizeAsync(HttpContext http, ResourceDefinition resource, string name, RequestContext context)
    {
        JsonObject wanted = await RequestBody.ReadObjectAsync(http, null).ConfigureAwait(false);
        JsonObject updated = await pipeline.UpdateAsync(resource, null, name, "finalize", current =>
        {
            current.Ensure("spec")["finalizers"] = wanted.At("spec", "finalizers")?.DeepClone() ?? new JsonArray();
            return current;
        }, context).ConfigureAwait(false);
        await Responses.WriteAsync(http, 200, updated).ConfigureAwait(false);
    }

    private async Task TokenAsync(HttpContext http, ResourceDefinition resource, string ns, string name)
    {
        JsonObject request = await RequestBody.ReadObjectAsync(http, null).ConfigureAwait(false);
        long seconds = request.Int("spec", "expirationSeconds") ?? 3600;
        if (seconds < 600)
        {
            throw new ApiException(422, "Invalid",
                "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: "
                + $"{seconds}: may not specify a duration less than 10 minutes");
        }

        JsonObject? pod = null;
        if (request.Str("spec", "boundObjectRef", "kind") is { } kind)
        {
            ResourceDefinition pods = pipeline.Catalog.Find("", "v1", "pods") ?? throw ApiErrors.NoSuchResource();
            pod = kind == "Pod" ? pipeline.Get(pods, ns, request.Str("spec", "boundObjectRef", "name") ?? "").Value
                : throw ApiErrors.BadRequest($"cannot bind token for serviceaccount \"{name}\" to object type {kind}: "
                    + $"only Pod is supported");
        }

        // The account must exist before anything is said about it.
        pipeline.Get(resource, ns, name);
        ServiceAccountToken token = await client.CreateTokenAsync(ns, name, [.. request.Arr("spec", "audiences").Strings()],
            TimeSpan.FromSeconds(seconds), pod, http.RequestAborted).ConfigureAwait(false);
        request["apiVersion"] = "authentication.k8s.io/v1";
        request["kind"] = "TokenRequest";
        request.Ensure("metadata")["name"] = name;
        request.Metadata()["namespace"] = ns;
        request["status"] = new JsonObject { ["token"] = token.Token, ["expirationTimestamp"] = KubeTime.Seconds(token.Expires) };
        await Responses.WriteAsync(http, 201, request).ConfigureAwait(false);
    }

    private async Task EvictAsync(HttpContext http, ResourceDefinition resource, string ns, string name, RequestContext context)
    {
        JsonObject eviction = await RequestBody.ReadObjectAsync(http, null).ConfigureAwait(false);
        await pipeline.DeleteAsync(resource, ns, name, DeleteOptions.Read(eviction.Obj("deleteOptions")), context)
            .ConfigureAwait(false);
        await SuccessAsync(http).ConfigureAwait(false);
    }

    private async Task BindAsync(HttpContext http, ResourceDefinition resource, string ns, string name, RequestContext context)
    {
        JsonObject binding = await RequestBody.ReadObjectAsync(http, null).ConfigureAwait(false);
        await pipeline.UpdateAsync(resource, ns, name, "", current =>
        {
            current.Ensure("spec")["nodeName"] = binding.Str("target", "name");
            return current;
        }, context).ConfigureAwait(false);
        await SuccessAsync(http).ConfigureAwait(false);
    }

    private static Task SuccessAsync(HttpContext http)
    {
        return Responses.WriteAsync(http, 201, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201,
        });
    }
}
