namespace Lateen.Local.ApiServer.Http;

using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Security;

/// <summary>What the request handler works with, made once at start.</summary>
internal sealed record ApiServerParts(ResourceCatalog Catalog, UnprotectedHandler Unprotected, Authenticator Authenticator,
    RbacAuthorizer Authorizer, DiscoveryHandler Discovery, OpenApiHandler OpenApi, ListHandler Lists, WatchHandler Watches,
    ResourceHandler Objects, ReviewHandler Reviews, SubresourceHandler Subresources, Action<string> Log);
