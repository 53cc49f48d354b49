namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Admission;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Patching;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.Cluster;
using Lateen.Local.Store;

/// <summary>The way of a write: metadata, defaults, admission, validation, ownership, store.</summary>
internal sealed class ResourcePipeline(ObjectStore store, ResourceCatalog catalog, AdmissionChain admission, TimeProvider clock)
{
    private const int MaxRetries = 50;

    public ObjectStore Store => store;

    public ResourceCatalog Catalog => catalog;

    public StoredObject? Find(ResourceDefinition resource, string? ns, string name)
    {
        return store.Get(KeyOf(resource, ns, name));
    }

    public StoredObject Get(ResourceDefinition resource, string? ns, string name)
    {
        return Find(resource, ns, name) ?? throw ApiErrors.NotFound(resource, name);
    }

    public async Task<JsonObject> CreateAsync(ResourceDefinition resource, string? ns, JsonObject obj, RequestContext context,
        bool tracksFields = true)
    {
        ObjectMetadata.PrepareCreate(resource, ns, obj, clock.GetUtcNow());
        CheckNamespace(resource, ns, obj);
        if (resource.StoredOnly is { } warning)
        {
            context.Warn(warning);
        }

        var request = new AdmissionRequest
        {
            Resource = resource, Operation = "CREATE", Namespace = ns ?? "", Name = obj.Name(), Object = obj, Context = context,
        };
        obj = await AdmitAsync(request, null).ConfigureAwait(false);
        if (tracksFields)
        {
            ManagedFields.TrackUpdate(resource, null, obj, context.FieldManager, "", clock.GetUtcNow());
        }

        ObjectKey key = KeyOf(resource, ns, obj.Name());
        if (context.DryRun)
        {
            return store.Get(key) is null ? obj : throw ApiErrors.AlreadyExists(resource, obj.Name());
        }

        StoreWriteResult result = await store.CreateAsync(key, VersionConversion.ToStored(resource, obj)).ConfigureAwait(false);
        if (result.Status != StoreWriteStatus.Done || result.Object is null)
        {
            throw ApiErrors.AlreadyExists(resource, obj.Name());
        }

        admission.AfterWrite(resource, result.Object.Value);
        return VersionConversion.ToServed(resource, result.Object.Value);
    }

    /// <summary>
    /// Reads, transforms and writes until no one else wrote in between. The transformation gets a private copy and returns the
    /// wanted
    /// object; when that carries a resourceVersion it must be current.
    /// </summary>
    public async Task<JsonObject> UpdateAsync(ResourceDefinition resource, string? ns, string name, string subresource,
        Func<JsonObject, JsonObject> transform, RequestContext context, bool tracksFields = true)
    {
        ObjectKey key = KeyOf(resource, ns, name);
        for (int attempt = 0; attempt < MaxRetries; attempt++)
        {
            StoredObject stored = store.Get(key) ?? throw ApiErrors.NotFound(resource, name);
            JsonObject current = VersionConversion.ToServed(resource, stored.Value);
            JsonObject wanted = transform(current.CloneObject());
            CheckPreconditions(resource, name, current, wanted);
            ObjectMetadata.PrepareUpdate(resource, subresource, current, wanted, clock.GetUtcNow());
            var request = new AdmissionRequest
            {
                Resource = resource, Operation = "UPDATE", Namespace = ns ?? "", Name = name, Subresource = subresource,
                Object = wanted, OldObject = current, Context = context,
            };
            wanted = await AdmitAsync(request, current).ConfigureAwait(false);
            ObjectMetadata.BumpGeneration(resource, current, wanted);
            if (tracksFields)
            {
                ManagedFields.TrackUpdate(resource, current, wanted, context.FieldManager, subresource, clock.GetUtcNow());
            }

            if (resource.StoredOnly is { } warning && subresource.Length == 0)
            {
                context.Warn(warning);
            }

            if (ManagedFields.EqualExceptTimes(current, wanted) || context.DryRun)
            {
                return context.DryRun ? wanted : current;
            }

            if (await TryWriteAsync(resource, key, stored, wanted).ConfigureAwait(false) is { } written)
            {
                return written;
            }
        }

        throw ApiErrors.StaleVersion(resource, name);
    }

    public async Task<DeleteResult> DeleteAsync(ResourceDefinition resource, string? ns, string name, DeleteOptions options,
        RequestContext context)
    {
        ObjectKey key = KeyOf(resource, ns, name);
        for (int attempt = 0; attempt < MaxRetries; attempt++)
        {
            StoredObject stored = store.Get(key) ?? throw ApiErrors.NotFound(resource, name);
            JsonObject current = VersionConversion.ToServed(resource, stored.Value);
            Deletion.CheckPreconditions(resource, name, current, options);
            await admission.ValidateAsync(new AdmissionRequest
            {
                Resource = resource, Operation = "DELETE", Namespace = ns ?? "", Name = name, OldObject = current, Context =
                    context,
            }).ConfigureAwait(false);
            JsonObject? remaining = Deletion.Plan(resource, current, options, clock.GetUtcNow());
            if (context.DryRun)
            {
                return new DeleteResult(current, remaining is not null);
            }

            if (remaining is not null && JsonNode.DeepEquals(remaining, current))
            {
                return new DeleteResult(current, true);
            }

            if (remaining is not null)
            {
                StoreWriteResult write = await store.ReplaceAsync(key, VersionConversion.ToStored(resource, remaining),
                    stored.ResourceVersion).ConfigureAwait(false);
                if (write is { Status: StoreWriteStatus.Done, Object: { } updated })
                {
                    return new DeleteResult(VersionConversion.ToServed(resource, updated.Value), true);
                }
            }
            else if ((await store.DeleteAsync(key, stored.ResourceVersion).ConfigureAwait(false)).Status == StoreWriteStatus.Done)
            {
                admission.AfterDelete(resource, current);
                return new DeleteResult(current, false);
            }
        }

        throw ApiErrors.StaleVersion(resource, name);
    }

    public static ObjectKey KeyOf(ResourceDefinition resource, string? ns, string name)
    {
        return new ObjectKey(resource.StoreCollection, resource.Type.Namespaced ? ns ?? "" : "", name);
    }

    private async Task<JsonObject> AdmitAsync(AdmissionRequest request, JsonObject? current)
    {
        JsonObject obj = request.Object ?? [];
        if (request.Subresource.Length == 0)
        {
            Defaulting.Apply(request.Resource, obj);
        }

        if (request.Subresource is "" or "status")
        {
            await admission.MutateAsync(request).ConfigureAwait(false);
            obj = request.Object ?? obj;
            Defaulting.Apply(request.Resource, obj);
        }

        admission.Allocate(request.Resource, obj, current);
        var errors = new List<FieldError>();
        ObjectValidation.Check(request.Resource, obj, current, request.Subresource, errors);
        if (errors.Count > 0)
        {
            throw ApiErrors.Invalid(request.Resource, obj.Name(), errors);
        }

        await admission.ValidateAsync(request).ConfigureAwait(false);
        return obj;
    }

    private async Task<JsonObject?> TryWriteAsync(ResourceDefinition resource, ObjectKey key, StoredObject stored,
        JsonObject wanted)
    {
        StoreWriteResult result = Deletion.IsFinished(resource, wanted)
            ? await store.DeleteAsync(key, stored.ResourceVersion).ConfigureAwait(false)
            : await store.ReplaceAsync(key, VersionConversion.ToStored(resource, wanted), stored.ResourceVersion)
                .ConfigureAwait(false);
        if (result.Status == StoreWriteStatus.Missing)
        {
            throw ApiErrors.NotFound(resource, key.Name);
        }

        if (result.Status != StoreWriteStatus.Done || result.Object is null)
        {
            return null;
        }

        if (Deletion.IsFinished(resource, wanted))
        {
            admission.AfterDelete(resource, result.Object.Value);
        }
        else
        {
            admission.AfterWrite(resource, result.Object.Value);
        }

        return VersionConversion.ToServed(resource, result.Object.Value);
    }

    private static void CheckPreconditions(ResourceDefinition resource, string name, JsonObject current, JsonObject wanted)
    {
        string? version = wanted.Str("metadata", "resourceVersion");
        if (!string.IsNullOrEmpty(version) && version != "0" && version != current.Str("metadata", "resourceVersion"))
        {
            throw ApiErrors.StaleVersion(resource, name);
        }

        string? uid = wanted.Str("metadata", "uid");
        if (!string.IsNullOrEmpty(uid) && uid != current.Str("metadata", "uid"))
        {
            throw ApiErrors.Conflict(resource, name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Str("metadata", "uid")}");
        }
    }

    private void CheckNamespace(ResourceDefinition resource, string? ns, JsonObject obj)
    {
        if (!resource.Type.Namespaced || resource.CreateOnly)
        {
            return;
        }

        ResourceDefinition namespaces = catalog.Find("", "v1", "namespaces") ?? throw ApiErrors.NoSuchResource();
        StoredObject found = store.Get(new ObjectKey("namespaces", "", ns ?? "")) ?? throw ApiErrors.NotFound(namespaces,
            ns ?? "");
        if (found.Value.Str("metadata", "deletionTimestamp") is not null)
        {
            throw ApiErrors.Forbidden($"{resource.QualifiedName} \"{obj.Name()}\" is forbidden: unable to create new content in "
                + $"namespace {ns} because it is being terminated", new JsonObject
            {
                ["name"] = obj.Name(),
                ["kind"] = resource.Type.Plural,
                ["causes"] = new JsonArray { new JsonObject
                {
                    ["reason"] = "NamespaceTerminating", ["message"] = $"namespace {ns} is being terminated",
                    ["field"] = "metadata.namespace",
                } },
            });
        }
    }
}
