namespace Lateen.Local.ApiServer.Admission;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>What happens to an object between decoding and the store, in Kubernetes' order.</summary>
internal sealed class AdmissionChain(ResourceCatalog catalog, ServiceAllocator services)
{
    /// <summary>Set once the server can reach webhooks.</summary>
    public WebhookAdmission? Webhooks { get; set; }

    public ServiceAccountAdmission? ServiceAccounts { get; set; }

    public Security.RbacAuthorizer? Authorizer { get; set; }

    public async Task MutateAsync(AdmissionRequest request)
    {
        if (request is { Resource.Type.Plural: "customresourcedefinitions", Subresource: "", Object: { } crd }
            && crd.ToJsonString().Contains("\"x-kubernetes-validations\"", StringComparison.Ordinal))
        {
            request.Context.Warn("x-kubernetes-validations are stored but not evaluated in this cluster");
        }

        // The account comes before the webhooks: an injected sidecar copies the pod's account.
        ServiceAccounts?.Mutate(request);
        if (Webhooks is not null)
        {
            await Webhooks.MutateAsync(request).ConfigureAwait(false);
        }
    }

    public async Task ValidateAsync(AdmissionRequest request)
    {
        if (request is { Object: { } obj, Subresource: "", Resource.Type.Group: "rbac.authorization.k8s.io" })
        {
            Authorizer?.CheckGrant(request.Context.User, request.Resource.Type.Plural, request.Namespace, obj);
        }

        if (Webhooks is not null)
        {
            await Webhooks.ValidateAsync(request).ConfigureAwait(false);
        }
    }

    public void Allocate(ResourceDefinition resource, JsonObject obj, JsonObject? old)
    {
        if (resource.Type is { Group: "", Plural: "services" })
        {
            services.Allocate(obj, old);
        }
        else if (resource.Type.Plural == "customresourcedefinitions")
        {
            CrdStatus.Establish(obj, old);
        }
    }

    public void AfterWrite(ResourceDefinition resource, JsonObject stored)
    {
        if (resource.Type.Plural == "customresourcedefinitions")
        {
            catalog.PutCustom(stored);
        }
    }

    public void AfterDelete(ResourceDefinition resource, JsonObject last)
    {
        if (resource.Type.Plural == "customresourcedefinitions")
        {
            catalog.RemoveCustom(last.Name());
        }
    }
}
