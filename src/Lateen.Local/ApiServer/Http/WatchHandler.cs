namespace Lateen.Local.ApiServer.Http;

using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Tables;
using Lateen.Local.Store;
using Microsoft.AspNetCore.Http;

/// <summary>Watches: initial state, changes as they commit, bookmarks, and the end when the client's time is up.</summary>
internal sealed class WatchHandler(ResourcePipeline pipeline)
{
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(45);

    public async Task WatchAsync(HttpContext http, ResourceDefinition resource, string? ns, string? name)
    {
        ListQuery query = ListQuery.Read(http.Request.Query, resource, name);
        var view = ObjectView.From(http.Request);
        var session = new Session(http, resource, query, view, ns);
        (StoreWatch watch, StoredList? initial) = Open(resource, ns, query);
        using StoreWatch _ = watch;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        timeout.CancelAfter(query.Timeout ?? DefaultTimeout);
        http.Response.ContentType = Responses.Json;
        try
        {
            await http.Response.StartAsync(timeout.Token).ConfigureAwait(false);
            if (initial is not null)
            {
                await session.SendInitialAsync(initial, timeout.Token).ConfigureAwait(false);
            }

            await http.Response.Body.FlushAsync(timeout.Token).ConfigureAwait(false);
            await FollowAsync(session, watch, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return;
        }
    }

    private (StoreWatch Watch, StoredList? Initial) Open(ResourceDefinition resource, string? ns, ListQuery query)
    {
        // Without a version (or with 0) the client wants the state first; sendInitialEvents decides explicitly.
        bool fromState = query.SendInitialEvents ?? query.ResourceVersion is "" or "0";
        if (fromState)
        {
            (StoredList list, StoreWatch watch) = pipeline.Store.ListAndWatch(resource.StoreCollection, ns);
            return (watch, list);
        }

        long current = pipeline.Store.CurrentVersion;
        long from = long.TryParse(query.ResourceVersion, out long parsed) && parsed > 0 ? parsed : current;
        StoreWatch found = pipeline.Store.Watch(resource.StoreCollection, from) ?? throw ApiErrors.Expired(from, current);
        return (found, null);
    }

    private async Task FollowAsync(Session session, StoreWatch watch, CancellationToken cancel)
    {
        ChannelReader<StoreEvent> events = watch.Events;
        while (true)
        {
            Task<bool> more = events.WaitToReadAsync(cancel).AsTask();
            if (session.WantsBookmarks && await Task.WhenAny(more, Task.Delay(BookmarkInterval, cancel))
                .ConfigureAwait(false) != more)
            {
                // Taken before the queue is looked at: everything up to here has been offered already.
                long version = pipeline.Store.CurrentVersion;
                if (events.Count == 0)
                {
                    await session.SendBookmarkAsync(version, false, cancel).ConfigureAwait(false);
                    await session.FlushAsync(cancel).ConfigureAwait(false);
                }
            }

            if (!await more.ConfigureAwait(false))
            {
                return;
            }

            while (events.TryRead(out StoreEvent? change))
            {
                await session.SendAsync(change, cancel).ConfigureAwait(false);
            }

            await session.FlushAsync(cancel).ConfigureAwait(false);
        }
    }

    private sealed class Session(HttpContext http, ResourceDefinition resource, ListQuery query, ObjectView view, string? ns)
    {
        private bool sentColumns;

        public bool WantsBookmarks => query.Bookmarks;

        public Task FlushAsync(CancellationToken cancel) => http.Response.Body.FlushAsync(cancel);

        public async Task SendInitialAsync(StoredList list, CancellationToken cancel)
        {
            foreach (StoredObject item in list.Items)
            {
                JsonObject obj = VersionConversion.ToServed(resource, item.Value);
                if (query.Matches(obj))
                {
                    await WriteAsync("ADDED", item, obj, cancel).ConfigureAwait(false);
                }
            }

            if (query.SendInitialEvents == true)
            {
                await SendBookmarkAsync(list.ResourceVersion, true, cancel).ConfigureAwait(false);
            }
        }

        public async Task SendAsync(StoreEvent change, CancellationToken cancel)
        {
            if (ns is not null && change.Current.Key.Namespace != ns)
            {
                return;
            }

            // An object that starts or stops matching the selectors appears or disappears for this client.
            JsonObject current = VersionConversion.ToServed(resource, change.Current.Value);
            bool matches = change.Kind != StoreEventKind.Deleted && query.Matches(current);
            bool matched = change.Previous is { } previous && query.Matches(VersionConversion.ToServed(resource, previous.Value));
            if (matches || matched)
            {
                string type = matches ? matched ? "MODIFIED" : "ADDED" : "DELETED";
                await WriteAsync(type, change.Current, current, cancel).ConfigureAwait(false);
            }
        }

        public Task SendBookmarkAsync(long version, bool initialEnd, CancellationToken cancel)
        {
            var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
            metadata["creationTimestamp"] = null;
            if (initialEnd)
            {
                metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
            }

            var obj = new JsonObject
            {
                ["kind"] = resource.Type.Kind, ["apiVersion"] = resource.Type.ApiVersion, ["metadata"] = metadata,
            };
            if (view.Kind == ViewKind.Table)
            {
                obj = TableBuilder.Bookmark(obj);
            }

            return WriteLineAsync("BOOKMARK", JsonParser.ToUtf8(obj), cancel);
        }

        private Task WriteAsync(string type, StoredObject stored, JsonObject obj, CancellationToken cancel)
        {
            switch (view.Kind)
            {
                case ViewKind.Table:
                    JsonObject table = TableBuilder.Build(resource, [obj], view.IncludeObject,
                        obj.Str("metadata", "resourceVersion") ?? "",
                        null);
                    if (sentColumns)
                    {
                        table["columnDefinitions"] = null;
                    }

                    sentColumns = true;
                    return WriteLineAsync(type, JsonParser.ToUtf8(table), cancel);
                case ViewKind.Metadata:
                    return WriteLineAsync(type, JsonParser.ToUtf8(ObjectView.MetadataOnly(obj)), cancel);
                default:
                    return WriteLineAsync(type, VersionConversion.ToServedBytes(resource, stored), cancel);
            }
        }

        private async Task WriteLineAsync(string type, byte[] json, CancellationToken cancel)
        {
            byte[] head = System.Text.Encoding.ASCII.GetBytes($"{{\"type\":\"{type}\",\"object\":");
            byte[] line = [.. head, .. json, (byte)'}', (byte)'\n'];
            await http.Response.Body.WriteAsync(line, cancel).ConfigureAwait(false);
        }
    }
}
