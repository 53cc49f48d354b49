namespace Lateen.Control.Translation;

using System.Collections.Concurrent;
using Google.Protobuf;
using Lateen.Control.Ads;

/// <summary>
/// Translated resources by their inputs record. All proxies share it, so a cluster that a hundred proxies see alike is translated
/// once. When full, the older half is forgotten.
/// </summary>
public sealed class TranslationCache(int capacity = 60_000)
{
    private readonly Lock gate = new();
    private ConcurrentDictionary<object, EncodedResource> young = [];
    private ConcurrentDictionary<object, EncodedResource> old = [];
    private long hits;
    private long misses;

    public long Hits => Interlocked.Read(ref hits);

    public long Misses => Interlocked.Read(ref misses);

    public int Count => young.Count + old.Count;

    internal EncodedResource Get<TInputs>(TInputs inputs, string name, Func<TInputs, IMessage> translate)
        where TInputs : class
    {
        if (young.TryGetValue(inputs, out EncodedResource? found))
        {
            Interlocked.Increment(ref hits);
            return found;
        }

        if (old.TryGetValue(inputs, out found))
        {
            Interlocked.Increment(ref hits);
        }
        else
        {
            Interlocked.Increment(ref misses);
            found = EncodedResource.Encode(name, translate(inputs));
        }

        young[inputs] = found;
        if (young.Count > capacity / 2)
        {
            Age();
        }

        return found;
    }

    private void Age()
    {
        lock (gate)
        {
            if (young.Count > capacity / 2)
            {
                old = young;
                young = [];
            }
        }
    }
}
