import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Fork } from '../../src/types/fork.js'
import { Status } from '../../src/types/status.js'

const test = suite('meta/tables')

/** The members of an AssemblyScript enum, with their numbers. */
function readEnum(file: string, name: string): Record<string, number> {
  const source = readFileSync(new URL(`../../../assembly/${file}`, import.meta.url), 'utf8')
  const body = new RegExp(`export enum ${name} \\{([^}]*)\\}`).exec(source)
  assert.ok(body, `assembly/${file} has an enum ${name}`)
  const members: Record<string, number> = {}
  let next = 0
  for (const [, member, value] of body[1]!.replace(/\/\/.*$/gm, '').matchAll(/(\w+)(?:\s*=\s*(\w+))?\s*,/g)) {
    if (value !== undefined) next = Number(value)
    members[member!] = next++
  }
  return members
}

test('Fork has the same names and numbers in both languages', () => {
  const members = readEnum('fork/fork.ts', 'Fork')
  assert.equal(members, { ...Fork })
  assert.equal(Object.values(members), [...Object.keys(members).keys()])
})

test('Status has the same names and numbers in both languages', () => {
  assert.equal(readEnum('status.ts', 'Status'), { ...Status })
})

test.run()
