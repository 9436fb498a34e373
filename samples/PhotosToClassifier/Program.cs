// A folder of photos, one folder for each class, becomes a program without files beside it in two commands:
//
//   efficientnet train --network EfficientNetLite0 --weights inside --freeze body --data PHOTOS --output run
//   dotnet publish -c Release -o out
//
// out/PhotosToClassifier PHOTO...
using System;
using System.Globalization;
using EfficientNet.Imaging;
using EfficientNet.Runtime;
using Sample;

using EfficientNetLite0 network = EfficientNetLite0.LoadEmbedded();
using Session session = network.CreateSession(threads: 1);
foreach (string photo in args)
{
    ClassScore best = session.Classify(Image.Load(photo), top: 1)[0];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{photo}: {network.Labels[best.Class]}, {best.Score:P1}"));
}
