using System.Collections.Frozen;
using System.Reflection;
using Microsoft.AspNetCore.StaticFiles;

namespace CloudIa.Web;

/// <summary>What npm built, out of this assembly. Some hundred kilobytes, which are kept.</summary>
internal sealed class PageFiles
{
    private const string Prefix = "pages/";
    private const string BrotliEnding = ".br";
    private const string GzipEnding = ".gz";

    private readonly FrozenDictionary<string, PageFile> _files;

    public PageFiles()
    {
        var assembly = typeof(PageFiles).Assembly;
        var types = new FileExtensionContentTypeProvider();
        var names = assembly.GetManifestResourceNames().Where(x => x.StartsWith(Prefix, StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        _files = names.Where(x => names.Contains(x + BrotliEnding)).Select(Load).ToFrozenDictionary(x => x.Path, StringComparer.Ordinal);

        PageFile Load(string name)
        {
            if (!types.TryGetContentType(name, out var type))
                throw new InvalidOperationException($"{name} is a built file of a type that has no content type here.");
            var withCharset = type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;
            return new(name[Prefix.Length..], withCharset, Read(assembly, name), Read(assembly, name + BrotliEnding), Read(assembly, name + GzipEnding));
        }
    }

    /// <summary>Those with an address that stays.</summary>
    public IEnumerable<PageFile> Named => _files.Values.Where(x => !x.IsAsset);

    public PageFile? Asset(string name) => _files.GetValueOrDefault(PageFile.AssetsFolder + name);

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
