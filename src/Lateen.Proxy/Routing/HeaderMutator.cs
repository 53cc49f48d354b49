namespace Lateen.Proxy.Routing;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>Applies several levels of header mutations, encoded in advance.</summary>
internal sealed class HeaderMutator
{
    private readonly Level[] _levels;

    public HeaderMutator(IEnumerable<HeaderMutations> levels)
    {
        _levels = [.. levels.Where(static l => !l.IsNone).Select(static l => new Level(l))];
    }

    public bool IsEmpty => _levels.Length == 0;

    public void Apply(HeaderMap target, HeaderMap request, StreamInfo info)
    {
        foreach (Level level in _levels)
        {
            level.Apply(target, request, info);
        }
    }

    private sealed class Level
    {
        private readonly byte[][] _remove;
        private readonly Addition[] _add;

        public Level(HeaderMutations mutations)
        {
            _remove = [.. mutations.Remove.Select(Lower)];
            _add = [.. mutations.Add.Select(static m => new Addition(m, Lower(m.Name)))];
        }

        public void Apply(HeaderMap target, HeaderMap request, StreamInfo info)
        {
            // Remove first, as Envoy does, so that a header can be replaced by removing and adding it.
            foreach (byte[] name in _remove)
            {
                target.Remove(name);
            }

            HeaderMap? response = ReferenceEquals(target, request) ? null : target;
            foreach (Addition addition in _add)
            {
                addition.Apply(target, addition.Format.Write(request, response, info));
            }
        }

        // "Host" is the authority in the canonical message.
        private static byte[] Lower(string name)
        {
            string lower = name.ToLowerInvariant();
            return Encoding.ASCII.GetBytes(lower == "host" ? ":authority" : lower);
        }
    }

    private sealed class Addition(HeaderMutation mutation, byte[] name)
    {
        private byte[] Name { get; } = name;

        private HeaderAppendAction Action { get; } = mutation.Action;

        public HeaderFormat Format { get; } = new(mutation.Value);

        public void Apply(HeaderMap target, ReadOnlySpan<byte> value)
        {
            if (value.IsEmpty && !mutation.KeepEmpty)
            {
                return;
            }

            bool exists = Action is not HeaderAppendAction.AppendIfExistsOrAdd && target.Contains(Name);
            switch (Action)
            {
                // A pseudo-header can be there once only, so appending to it means setting it.
                case HeaderAppendAction.AppendIfExistsOrAdd when Name[0] != ':':
                case HeaderAppendAction.AddIfAbsent when !exists:
                    target.Add(Name, value);
                    break;
                case HeaderAppendAction.AppendIfExistsOrAdd:
                case HeaderAppendAction.OverwriteIfExistsOrAdd:
                case HeaderAppendAction.OverwriteIfExists when exists:
                    target.Set(Name, value);
                    break;
                default:
                    break;
            }
        }
    }
}
