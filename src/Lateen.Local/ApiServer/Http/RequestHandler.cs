namespace Lateen.Local.ApiServer.Http;

using System.Net;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Security;
using Lateen.Local.Cluster;
using Microsoft.AspNetCore.Http;

/// <summary>Every request: host check, authentication, authorization, dispatch; failures become Status objects.</summary>
internal sealed class RequestHandler(ApiServerParts parts)
{
    private readonly Impersonation impersonation = new(parts.Authorizer);

    private static readonly HashSet<string> KnownHosts = new(StringComparer.OrdinalIgnoreCase)
    {
        "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
    };

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            CheckHost(http);
            if (await parts.Unprotected.TryHandleAsync(http).ConfigureAwait(false))
            {
                return;
            }

            UserIdentity user = impersonation.Apply(parts.Authenticator.Authenticate(http), http.Request.Headers);
            var request = ApiRequest.Parse(http.Request);
            parts.Authorizer.Authorize(user, request);
            await DispatchAsync(http, request, user).ConfigureAwait(false);
        }
        catch (ApiException failure) when (!http.Response.HasStarted)
        {
            await Responses.WriteErrorAsync(http, failure).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (Exception failure) when (!http.Response.HasStarted && failure is not OutOfMemoryException)
        {
            parts.Log($"internal error on {http.Request.Method} {http.Request.Path}: {failure}");
            await Responses.WriteErrorAsync(http, ApiErrors.Internal(failure.Message)).ConfigureAwait(false);
        }
    }

    /// <summary>A page in a browser can make its own host name resolve to this address; it cannot make it one of these.</summary>
    private static void CheckHost(HttpContext http)
    {
        string host = http.Request.Host.Host.Trim('[', ']');
        if (!KnownHosts.Contains(host) && !IPAddress.TryParse(host, out _))
        {
            throw new ApiException(421, "BadRequest", $"host \"{host}\" is not served here");
        }
    }

    private async Task DispatchAsync(HttpContext http, ApiRequest request, UserIdentity user)
    {
        if (!request.IsResource)
        {
            if (!await parts.Discovery.TryHandleAsync(http).ConfigureAwait(false)
                && !await parts.OpenApi.TryHandleAsync(http).ConfigureAwait(false))
            {
                throw ApiErrors.NoSuchResource();
            }

            return;
        }

        ResourceDefinition resource = parts.Catalog.Find(request.Group, request.Version,
            request.Plural) ?? throw ApiErrors.NoSuchResource(parts.Catalog, request.Group, request.Version, request.Plural);
        if (resource.Type.Namespaced && request.Namespace is null && request.Name is not null)
        {
            throw ApiErrors.NoSuchResource();
        }

        RequestContext context = ContextOf(http, user);
        if (resource.CreateOnly)
        {
            await parts.Reviews.HandleAsync(http, resource, request, context).ConfigureAwait(false);
        }
        else if (request.Subresource is "" or "status")
        {
            await DispatchResourceAsync(http, resource, request, context).ConfigureAwait(false);
        }
        else
        {
            await parts.Subresources.HandleAsync(http, resource, request, context).ConfigureAwait(false);
        }
    }

    private Task DispatchResourceAsync(HttpContext http, ResourceDefinition resource, ApiRequest request, RequestContext context)
    {
        if (request.Subresource == "status" && !resource.HasStatus)
        {
            throw ApiErrors.NoSuchResource();
        }

        string name = request.Name ?? "";
        return request.Verb switch
        {
            "get" => parts.Lists.GetAsync(http, resource, request.Namespace, name),
            "list" => parts.Lists.ListAsync(http, resource, request.Namespace),
            "watch" => parts.Watches.WatchAsync(http, resource, request.Namespace, request.Name),
            "create" when request.Name is null => parts.Objects.CreateAsync(http, resource, request.Namespace, context),
            "update" => parts.Objects.UpdateAsync(http, resource, request.Namespace, name, request.Subresource, context),
            "patch" => parts.Objects.PatchAsync(http, resource, request.Namespace, name, request.Subresource, context),
            "delete" when request.Subresource.Length == 0 =>
                parts.Objects.DeleteAsync(http, resource, request.Namespace, name, context),
            "deletecollection" => parts.Objects.DeleteCollectionAsync(http, resource, request.Namespace, context),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private static RequestContext ContextOf(HttpContext http, UserIdentity user)
    {
        IQueryCollection query = http.Request.Query;
        string manager = query["fieldManager"].ToString();
        if (manager.Length == 0)
        {
            // As Kubernetes: the program's name, up to the first slash of its user agent.
            manager = http.Request.Headers.UserAgent.ToString().Split('/')[0];
        }

        string dryRun = query["dryRun"].ToString();
        if (dryRun is not ("" or "All"))
        {
            throw ApiErrors.BadRequest($"dryRun: Unsupported value: \"{dryRun}\": supported values: \"All\"");
        }

        return new RequestContext
        {
            User = user, DryRun = dryRun == "All", FieldManager = manager.Length == 0 ? "unknown" : manager,
            Force = query["force"] == "true", Cancel = http.RequestAborted,
            FieldValidation = query["fieldValidation"].ToString() switch
            {
                "Strict" => FieldValidationMode.Strict,
                "Ignore" => FieldValidationMode.Ignore,
                "" or "Warn" => FieldValidationMode.Warn,
                var other => throw ApiErrors.BadRequest($"fieldValidation: Unsupported value: \"{other}\": supported "
                    + $"values: \"Ignore\", "
                    + "\"Warn\", \"Strict\""),
            },
        };
    }
}
