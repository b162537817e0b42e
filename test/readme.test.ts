import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suite } from './support/suite.js'

const test = suite('readme')

const README = new URL('../../README.md', import.meta.url)
const INDEX = new URL('../src/index.js', import.meta.url)

/** The examples of the README, with the package imported from where it was built. */
function examples(): string[] {
  const text = readFileSync(README, 'utf8')
  return [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code!.replaceAll("'heddle'", `'${INDEX.href}'`))
}

test('readme: there is an example, and it runs to its end', () => {
  const found = examples()
  assert.ok(found.length > 0)
  for (const code of found) {
    const checked = `${code}\nif (block.gasUsed !== 21000n || !block.receipts[0].success) throw new Error('not executed')\nconsole.log('done')`
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', checked], { timeout: 60_000 })
    assert.is(output.toString().trim(), 'done')
  }
})

test.run()
